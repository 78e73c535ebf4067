export type { WaitOptions, WaitQueueOptions } from './options.ts'
export { type WaitingLimiter, waitQueue } from './wait-queue.ts'
