import { describeFaults } from './describe-faults.ts'
import { FAILOVERS } from './groups/failovers.ts'

describeFaults(FAILOVERS)
