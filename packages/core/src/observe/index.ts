export type { CommandEvent, DecisionEvent, Observer, RetryEvent, WaitEvent } from './events.ts'
export { observe } from './observe.ts'
