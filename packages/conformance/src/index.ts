export { expiryByReading, type Harness, type StoredCounter, type Unreadable } from './harness.ts'
export { describeCounterStore } from './suite.ts'
