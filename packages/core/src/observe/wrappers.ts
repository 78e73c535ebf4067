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

/**
 * The part of a limiter made of others that observers need.
 *
 * @example { live: limiter, candidate: undefined, watch: () => {} }
 */
export interface Wrapper {
  /** Whose decisions it returns. */
  readonly live: RateLimiter | undefined
  readonly candidate: RateLimiter | undefined
  /** Sets who follows its calls from now on, if anybody. */
  watch(watcher: WrapperWatcher | undefined): void
}

/**
 * Wrappers are found here, so that observers need not import what is not in use. A limiter made of others that is entered here can
 * be observed.
 *
 * @example
 * let watcher: WrapperWatcher | undefined
 * const named = {
 *   name: 'named',
 *   windows: limiter.windows,
 *   limit: (id: string) => askWatched(watcher, id, false, () => limiter.limit(id)),
 * }
 * wrappers.set(named, { live: limiter, candidate: undefined, watch: (given) => (watcher = given) })
 * await named.limit('user_123')
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
