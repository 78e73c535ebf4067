import { describeFaults } from './describe-faults.ts'
import { MEMORY } from './groups/memory.ts'

describeFaults(MEMORY)
