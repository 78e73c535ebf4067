import { describeFaults } from './describe-faults.ts'
import { CONNECTIONS } from './groups/connections.ts'

describeFaults(CONNECTIONS)
