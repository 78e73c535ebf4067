import { describeFaults } from './describe-faults.ts'
import { HTTP_ANSWERS } from './groups/connections.ts'

describeFaults(HTTP_ANSWERS)
