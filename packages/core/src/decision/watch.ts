import type { Decision } from './types.ts'

/** Follows the calls of a limiter. A limiter has one only while somebody observes it. */
export interface CallWatcher {
  /** Calls `ask` at once, and follows what it returns. */
  call<Answer extends Decision>(id: string, isPeek: boolean, ask: () => Promise<Answer>): Promise<Answer>
}
