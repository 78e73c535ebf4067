import { describeFaults } from './describe-faults.ts'
import { VALUES } from './groups/values.ts'

describeFaults(VALUES)
