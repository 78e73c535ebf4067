import type { CounterStore } from '../contract/store.ts'
import { sharedDispatch } from '../dispatch/dispatchers.ts'
import { FixedWindowRateLimiter, partsOf } from '../limiter.ts'
import { parseStore } from '../options/store.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import { Audience, notify, parseObserver } from './audience.ts'
import { CallEvents } from './call-events.ts'
import type { Observer } from './events.ts'
import { StoreEvents } from './store-events.ts'
import { WaitEvents } from './wait-events.ts'
import { type Wrapper, type WrapperWatcher, wrappers } from './wrappers.ts'

/** By limiter, and by what the limiters of a store share. */
const audiences: WeakMap<object, Audience> = new WeakMap()

/**
 * Tells an observer what a limiter decides (`decision`, `wait`) or what a store is asked and how it answers (`command`, `retry`,
 * `breaker`). A limiter or store may have several observers.
 *
 * A limiter's observers are told once of each call of `limit`, `isAllowed` and `peek`, also of one that rejects. Of a wait
 * queue or a limiter in shadow, these are the calls of the wrapper: how often a queue asks the limiter inside, and what that
 * decides, is told to
 * observers of that limiter. A queue's decision takes as long as the call waited. A candidate's decisions are told beside the
 * live ones, with `isShadow: true`.
 *
 * A store's observers get the commands of all its limiters, and of all stores with the same `sharedBy`: once for each
 * command, when its reply was read, or when it is later than the longest deadline in use.
 *
 * The observer is told in the turn and the async context of the call, or for a command, in that of a call that it carries;
 * changes of the breaker aside. A call that was under way before is not reported. A breaker that is open already is told before
 * `observe` returns.
 *
 * @param observed A `FixedWindowRateLimiter`, what `waitQueue` or `shadow` returned, or a store.
 * @returns what stops it. Nothing is told afterwards, also of what is under way.
 * @throws {OptionError} for what can't be observed, and for a wrong observer.
 * @example
 * import { FixedWindowRateLimiter } from '@rl/core'
 * import { observe } from '@rl/core/observe'
 *
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 2, window: '1m' })
 * const stop = observe(limiter, {
 *   decision: ({ policy, result, shareLeft }) => console.log(policy, result, shareLeft),
 * })
 * observe(store, { breaker: (event) => console.log(`${event.store}: ${event.state}`) })
 *
 * await limiter.limit('user_123') // prints api allowed 0.5
 * stop()
 */
export function observe(observed: RateLimiter | CounterStore, observer: Observer): () => void {
  return add(observed, parseObserver(observer))
}

function add(observed: RateLimiter | CounterStore, observer: Observer): () => void {
  if (observed instanceof FixedWindowRateLimiter) {
    return audienceOf(observed, (audience) => {
      partsOf(observed).watch(audience && callEvents(audience, observed, false))
    }).add(observer)
  }
  const wrapper = wrappers.get(observed)
  if (wrapper !== undefined) return addToWrapper(observed as RateLimiter, wrapper, observer)
  const expected =
    'a FixedWindowRateLimiter or its waitQueue, shadow or banAfter, of the same copy of @rl/core, or a store'
  const { breaker } = sharedDispatch(parseStore('observed', observed, expected))
  const stop = audienceOf(breaker, (audience) => {
    breaker.watcher = audience && new StoreEvents(audience, breaker.store)
  }).add(observer)
  if (breaker.isOpen) notify(observer, 'breaker', breaker.standing)
  return stop
}

function audienceOf(key: object, watch: (audience: Audience | undefined) => void): Audience {
  const audience = audiences.get(key) ?? new Audience(watch)
  audiences.set(key, audience)
  return audience
}

/** Of the limiters inside, only what their wrapper's own decisions do not tell is passed on: who waits, and what candidates decide. */
function addToWrapper(limiter: RateLimiter, wrapper: Wrapper, observer: Observer): () => void {
  const { live } = wrapper
  const stop = audienceOf(limiter, (audience) => {
    wrapper.watcher = audience && watcherOf(audience, limiter, wrapper)
  }).add(observer)
  if (live === undefined || !wrappers.has(live)) return stop
  const stopInside = add(live, {
    ...observer,
    decision: (event) => (event.isShadow ? observer.decision?.(event) : undefined),
  })
  return () => {
    stop()
    stopInside()
  }
}

function watcherOf(audience: Audience, limiter: RateLimiter, { candidate = limiter }: Wrapper): WrapperWatcher {
  const own = callEvents(audience, limiter, false)
  return {
    call: (id, isPeek, ask) => own.call(id, isPeek, ask),
    candidate: callEvents(audience, candidate, true),
    waiter: (id, room) => new WaitEvents(audience, limiter.name, id, room),
  }
}

function callEvents(audience: Audience, limiter: RateLimiter, isShadow: boolean): CallEvents {
  return new CallEvents(audience, { policy: limiter.name, store: storeOf(limiter), isShadow })
}

/** The label of the store that a limiter asks. */
function storeOf(limiter: RateLimiter): string {
  if (limiter instanceof FixedWindowRateLimiter) return limiter.store
  const wrapper = wrappers.get(limiter)
  const inside = wrapper?.live ?? wrapper?.candidate
  return inside === undefined ? 'store' : storeOf(inside)
}
