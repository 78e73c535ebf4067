import { drivers } from './frameworks/all.ts'
import { describeAdapter } from './frameworks/suite.ts'

drivers.forEach(describeAdapter)
