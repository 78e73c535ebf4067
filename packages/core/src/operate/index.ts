export { type Operator, operator, type WindowStanding } from './operator.ts'
