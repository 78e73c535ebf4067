import { describeFaults } from './describe-faults.ts'
import { CLOCKS } from './groups/clocks.ts'

describeFaults(CLOCKS)
