export type { Harness, StoredCounter, Unreadable } from './harness.ts'
export { describeCounterStore, type SuiteOptions } from './suite.ts'
