import { describeFaults } from './describe-faults.ts'
import { SCRIPTS } from './groups/scripts.ts'

describeFaults(SCRIPTS)
