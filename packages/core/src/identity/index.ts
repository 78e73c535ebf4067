export { compactId, ownCopy } from './compact-id.ts'
export { counterKey } from './counter-key.ts'
export { counterName } from './counter-name.ts'
