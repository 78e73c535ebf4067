import { describeAdapter } from '../../http/test/frameworks/suite.ts'
import { nestExpress } from './drivers.ts'

describeAdapter(nestExpress)
