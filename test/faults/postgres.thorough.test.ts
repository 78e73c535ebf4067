import { describeFaults } from './describe-faults.ts'
import { POSTGRES } from './groups/postgres.ts'

describeFaults(POSTGRES)
