import { describeFaults } from './describe-faults.ts'
import { PROCESSES } from './groups/processes.ts'

describeFaults(PROCESSES)
