export { counterKey } from './counter-key.ts'
export { counterName } from './counter-name.ts'
