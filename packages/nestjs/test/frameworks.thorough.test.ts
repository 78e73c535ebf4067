import { describeAdapter } from '../../http/test/frameworks/suite.ts'
import { nestExpress, nestFastify } from './drivers.ts'

describeAdapter(nestExpress)
describeAdapter(nestFastify)
