import { describeAdapter } from '../../http/test/frameworks/suite.ts'
import { nestFastify } from './drivers.ts'

describeAdapter(nestFastify)
