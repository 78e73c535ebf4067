import { describeFaults } from './describe-faults.ts'
import { CLIENTS } from './groups/clients.ts'

describeFaults(CLIENTS)
