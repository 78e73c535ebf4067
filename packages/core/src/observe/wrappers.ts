import type { Decision } from '../decision/types.ts'
import type { CallWatcher } from '../decision/watch.ts'
import type { RateLimiter } from '../rate-limiter.ts'

/** Follows the calls of a limiter that is made of others. */
export interface WrapperWatcher extends CallWatcher {
  /** Follows the calls of a candidate in the shadow. */
  readonly candidate: CallWatcher
  /** @param room Of all calls that wait in the same queue. */
  waiter(id: string, room: { readonly calls: number }): WaiterWatcher
}

/** Follows a call that may have to wait. To be made in the caller's async context. */
export interface WaiterWatcher {
  /** It waits. */
  began(): void
  /** @returns the same answer. */
  until<Answer extends Decision>(answer: Promise<Answer>): Promise<Answer>
}

/** By the limiter that is made of others, so that observers need not import what is not in use. */
export const wrappers: WeakMap<object, Wrapper> = new WeakMap()

/**
 * The part of a limiter made of others that observers need. A limiter that has one can be observed.
 *
 * @example
 * class Loud {
 *   readonly #wrapper: Wrapper = new Wrapper(this, limiter)
 *   limit(id: string) {
 *     console.log(id)
 *     return askWatched(this.#wrapper.watcher, id, false, () => limiter.limit(id))
 *   }
 * }
 * await new Loud().limit('user_123') // prints user_123
 */
export class Wrapper {
  /** Whose decisions it returns. */
  readonly live: RateLimiter | undefined
  readonly candidate: RateLimiter | undefined
  /** Follows its calls, while somebody observes them. */
  watcher: WrapperWatcher | undefined = undefined

  constructor(limiter: object, live: RateLimiter | undefined, candidate?: RateLimiter) {
    this.live = live
    this.candidate = candidate
    wrappers.set(limiter, this)
  }
}

/**
 * Asks, and lets a watcher follow the answer if there is one.
 *
 * @example const decision = await askWatched(undefined, 'user_123', false, () => limiter.limit('user_123'))
 */
export function askWatched<Answer extends Decision>(
  watcher: CallWatcher | undefined,
  id: string,
  isPeek: boolean,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return watcher === undefined ? ask() : watcher.call(id, isPeek, ask)
}
