import type { CounterStore } from '../contract/store.ts'
import { Breaker, type BreakerSettings } from './breaker.ts'
import { Dispatcher } from './dispatcher.ts'
import { requestsAreIsolated } from './isolation.ts'
import { oncePerTurn } from './once-per-turn.ts'

/** Shared by all limiters of a store. */
export interface SharedDispatch {
  readonly breaker: Breaker
  /** The store's dispatcher. Where requests are isolated, each turn of the event loop has its own. */
  readonly current: () => Dispatcher
}

const byStore = new WeakMap<object, SharedDispatch>()

/**
 * The dispatcher of a store, the same for all limiters that use the store or another one with the same `sharedBy`.
 *
 * @param deadlineMs How long the limiter waits for this store.
 * @throws {OptionError} for breaker settings that differ from those of an earlier limiter.
 */
export function dispatchOf(
  store: CounterStore,
  deadlineMs: number,
  breakerSettings: BreakerSettings | undefined,
): SharedDispatch {
  const shared = sharedDispatch(store)
  const { breaker } = shared
  breaker.configure(breakerSettings)
  breaker.longestDeadlineMs = Math.max(breaker.longestDeadlineMs, deadlineMs)
  return shared
}

/** The shared dispatch of a store's limiters, also if it has none yet. */
export function sharedDispatch(store: CounterStore): SharedDispatch {
  const key = store.capabilities?.sharedBy ?? store
  const shared = byStore.get(key) ?? newDispatch(store)
  byStore.set(key, shared)
  return shared
}

function newDispatch(store: CounterStore): SharedDispatch {
  const breaker = new Breaker(store.capabilities?.label ?? 'store')
  const make = (): Dispatcher => new Dispatcher(store, breaker)
  if (requestsAreIsolated()) return { breaker, current: oncePerTurn(make) }
  const dispatcher = make()
  return { breaker, current: () => dispatcher }
}
