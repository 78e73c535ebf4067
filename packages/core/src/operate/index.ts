export { requestsAreIsolated } from '../dispatch/isolation.ts'
export { type Operator, operator, type WindowStanding } from './operator.ts'
