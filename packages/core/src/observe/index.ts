export { type BufferedObserver, buffered } from './buffered.ts'
export { diagnosticsChannel } from './diagnostics-channel.ts'
export type { CommandEvent, DecisionEvent, Observer, RetryEvent, WaitEvent } from './events.ts'
export { observe } from './observe.ts'
