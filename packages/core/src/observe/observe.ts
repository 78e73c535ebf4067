import type { CounterStore } from '../contract/store.ts'
import { sharedDispatch } from '../dispatch/dispatchers.ts'
import { FixedWindowRateLimiter, partsOf } from '../limiter.ts'
import { type OnStoreError, parseStore } from '../options/store.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import { Audience, parseObserver } from './audience.ts'
import { CallEvents } from './call-events.ts'
import type { Observer } from './events.ts'
import { StoreEvents } from './store-events.ts'
import { WaitEvents } from './wait-events.ts'
import { type Wrapper, wrappers } from './wrappers.ts'

/** By limiter, and by what the limiters of a store share. */
const audiences: WeakMap<object, Audience> = new WeakMap()

/**
 * Tells an observer what a limiter decides, or what a store is asked and how it answers, until the function that it returns is
 * called.
 */
export function observe(observed: RateLimiter | CounterStore, observer: Observer): () => void {
  return add(observed, parseObserver(observer))
}

function add(observed: RateLimiter | CounterStore, observer: Observer): () => void {
  if (observed instanceof FixedWindowRateLimiter) {
    return audienceOf(observed, () => limiterAudience(observed)).add(observer)
  }
  const wrapper = wrappers.get(observed)
  if (wrapper !== undefined) return addToWrapper(observed as RateLimiter, wrapper, observer)
  const expected = 'a FixedWindowRateLimiter, waitQueue or shadow of the same copy of @rl/core, or a store'
  const { breaker } = sharedDispatch(parseStore('observed', observed, expected))
  return audienceOf(breaker, () => {
    const audience: Audience = new Audience((isWatched) => {
      breaker.watcher = isWatched ? new StoreEvents(audience, breaker.store) : undefined
    })
    return audience
  }).add(observer)
}

function audienceOf(key: object, make: () => Audience): Audience {
  const audience = audiences.get(key) ?? make()
  audiences.set(key, audience)
  return audience
}

function limiterAudience(limiter: FixedWindowRateLimiter<OnStoreError>): Audience {
  const audience: Audience = new Audience((isWatched) => {
    partsOf(limiter).watch(isWatched ? callEvents(audience, limiter, false) : undefined)
  })
  return audience
}

/** Of the limiters inside, only what their wrapper's own decisions do not tell is passed on: who waits, and what candidates decide. */
function addToWrapper(limiter: RateLimiter, wrapper: Wrapper, observer: Observer): () => void {
  const { live } = wrapper
  const stop = audienceOf(limiter, () => wrapperAudience(limiter, wrapper)).add(observer)
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

function wrapperAudience(limiter: RateLimiter, { watch, candidate = limiter }: Wrapper): Audience {
  const audience: Audience = new Audience((isWatched) => {
    if (!isWatched) return watch(undefined)
    const own = callEvents(audience, limiter, false)
    watch({
      call: (id, isPeek, ask) => own.call(id, isPeek, ask),
      candidate: callEvents(audience, candidate, true),
      waiter: (id, room) => new WaitEvents(audience, limiter.name, id, room),
    })
  })
  return audience
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
