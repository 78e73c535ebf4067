import type { CounterStore, RateLimiter, Window } from '@rl/core'
import { observe } from '@rl/core/observe'
import { type Operator, operator } from '@rl/core/operate'
import type { LimiterMessage, ProcessIdentity } from '../../messages.ts'
import type { Settings } from '../options.ts'
import { identify } from './identity.ts'
import { LimiterCounts } from './limiter-counts.ts'
import { MostDenied } from './most-denied.ts'
import { policyOf } from './policy.ts'
import { StoreCounts } from './store-counts.ts'

/** The figures of one limiter. */
export interface Shown {
  readonly message: Omit<LimiterMessage, 'past'>
  readonly counts: LimiterCounts
  readonly operator: Operator
  readonly windows: readonly Window[]
}

/** This process's figures of its limiters and their stores. */
export class Figures {
  /** Undefined where nothing is counted: there, random numbers can't be made before a request comes. */
  readonly identity: ProcessIdentity | undefined
  readonly limiters: readonly Shown[]
  readonly stores: readonly StoreCounts[]
  readonly mostDenied: MostDenied | undefined
  readonly #stops: (() => void)[] = []

  /** @param isCounting Whether the process counts at all. */
  constructor({ limiters, deniedMost }: Settings<never>, isCounting: boolean) {
    const stores = new Map<object, StoreCounts>()
    this.identity = isCounting ? identify() : undefined
    this.mostDenied = deniedMost !== 'off' ? new MostDenied() : undefined
    this.limiters = limiters.map((limiter) => {
      const own = operator(limiter)
      const { sharedBy = own.store } = own.store.capabilities ?? {}
      const store = stores.get(sharedBy) ?? this.#storeCounts(own.store, [...stores.values()], isCounting)
      stores.set(sharedBy, store)
      const counts = new LimiterCounts(limiter.name, limiter.windows.length)
      if (isCounting) this.#count(limiter, counts)
      const { name, windows } = limiter
      return { message: { name, store: store.name, windows: policyOf(windows) }, counts, operator: own, windows }
    })
    this.stores = [...stores.values()]
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
  }

  #count(limiter: RateLimiter, counts: LimiterCounts): void {
    const { mostDenied } = this
    const stop = observe(limiter, {
      includeIdentifiers: mostDenied !== undefined,
      decision: (event) => {
        if (counts.count(event) === 'denied' && event.id !== undefined) mostDenied?.add(event.policy, event.id)
      },
    })
    this.#stops.push(stop)
  }

  #storeCounts(store: CounterStore, others: readonly StoreCounts[], isCounting: boolean): StoreCounts {
    const label = store.capabilities?.label ?? 'store'
    const namesakes = others.filter(({ name }) => name === label || name.startsWith(`${label} `)).length
    const counts = new StoreCounts(namesakes === 0 ? label : `${label} ${namesakes + 1}`)
    if (isCounting) {
      const stop = observe(store, {
        command: (event) => counts.count(event),
        breaker: (change) => counts.breakerIs(change),
      })
      this.#stops.push(stop)
    }
    return counts
  }
}
