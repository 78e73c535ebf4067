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

/** The part of a limiter made of others that observers need. */
export interface Wrapper {
  /** Whose decisions it returns. */
  readonly live: RateLimiter | undefined
  readonly candidate: RateLimiter | undefined
  /** Sets who follows its calls from now on, if anybody. */
  watch(watcher: WrapperWatcher | undefined): void
}

/**
 * Wrappers are found here, so that observers need not import what is not in use.
 *
 * @example
 * class Traced {
 *   #watcher: WrapperWatcher | undefined
 *   constructor(live: FixedWindowRateLimiter) {
 *     wrappers.set(this, { live, candidate: undefined, watch: (watcher) => { this.#watcher = watcher } })
 *   }
 * }
 */
export const wrappers: WeakMap<object, Wrapper> = new WeakMap()

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
