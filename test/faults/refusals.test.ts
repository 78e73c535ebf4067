import { describeFaults } from './describe-faults.ts'
import { REFUSALS } from './groups/refusals.ts'

describeFaults(REFUSALS)
