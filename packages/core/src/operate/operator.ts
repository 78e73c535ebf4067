import type { CounterStore } from '../contract/store.ts'
import { adjust, countedBy } from '../decision/charge.ts'
import type { CountedDecision } from '../decision/counted.ts'
import { resetCounters } from '../decision/reset.ts'
import type { Decision } from '../decision/types.ts'
import type { Cost } from '../options/cost.ts'
import { checkId, type LimitOptions } from '../options/limit-options.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import { partsOfLimiter } from '../receipts/limiter-parts.ts'
import { askApart } from './apart.ts'

/** How a window of an identifier stands, by the store's clock. */
export interface WindowStanding {
  /** The unit that the window counts, if the options name it. */
  readonly unit: string | undefined
  /** Units per window by the limiter's own limit; a call may bring another one. */
  readonly limit: number
  /** Units used in all processes, those that leases hold included. More than `limit` where a window is in debt. */
  readonly used: number
  /** When the window ends, or one that opened now would end: milliseconds since the epoch. */
  readonly resetAt: number
  /** Milliseconds from this answer until that end, by the store's clock. */
  readonly resetAfterMs: number
}

/**
 * Actions of people for one identifier, from a page or a command line. All of it asks the store itself, whatever fast paths and
 * failure policy the limiter has, and rejects with an `OptionError` for bad input and a `StoreError` when the store could not
 * answer. Each is one command, `giveBack` two: what the store refuses for the moment is not sent again by itself.
 */
export interface Operator {
  /** The limiter's store, to observe. */
  readonly store: CounterStore
  /** Takes nothing. In the order of the limiter's windows. */
  lookUp(id: string): Promise<readonly WindowStanding[]>
  /**
   * As `limit` does: takes units if they fit.
   *
   * @example const decision = await operator(limiter).tryCall('user_123', { cost: 5 })
   */
  tryCall(id: string, options?: LimitOptions): Promise<Decision>
  /**
   * Gives units back, also units that others took: to windows that are open, and at most what is used there. Where a lease
   * holds units that are given back, they can be used twice.
   *
   * @param units A number for every window, or an object of units; those left out stay.
   * @returns for each window, how many units went back.
   */
  giveBack(id: string, units: Cost): Promise<readonly number[]>
  /**
   * As the limiter's `reset` does.
   *
   * @example await operator(limiter).reset('user_123')
   */
  reset(id: string): Promise<void>
}

/**
 * The hand of an operator for one limiter: no decision of this process is needed to give units back. Its commands go apart from
 * those of calls: they wait behind nobody, and are in no event and no figure of an observer.
 *
 * @example
 * import { FixedWindowRateLimiter } from '@rl/core'
 * import { operator } from '@rl/core/operate'
 *
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 5, window: '1d' })
 * await limiter.limit('user_123', { cost: 5 })
 * console.log(await operator(limiter).giveBack('user_123', 2)) // prints [ 2 ]
 * const [day] = await operator(limiter).lookUp('user_123')
 * console.log(day?.used) // prints 3
 * @param limiter A FixedWindowRateLimiter, not a wrapper of one.
 * @throws {OptionError} for what is no limiter.
 */
export function operator(limiter: RateLimiter): Operator {
  const { requests, askers, fastPaths } = partsOfLimiter(limiter)
  const primary = askApart(askers.primary)
  const fallback = askers.fallback && askApart(askers.fallback)
  const { name: scope, windows } = limiter
  const { costs } = requests
  const noLimits = windows.map(() => Number.MAX_SAFE_INTEGER)

  /** As under no limits, so that what is left tells what is used, also beyond a limit. */
  async function countersOf(id: string): Promise<CountedDecision> {
    const decision = await ask(id, { cost: costs.byDefault(true), limit: noLimits }, true)
    return countedBy(limiter, decision) as CountedDecision
  }

  function ask(id: string, options: LimitOptions, isPeek: boolean): Promise<Decision> {
    const { request, signal } = requests.of(id, options, isPeek)
    return primary.ask(id, request, signal)
  }

  return {
    store: askers.primary.store,

    async lookUp(id) {
      const counters = await countersOf(id)
      return counters.windows.map(({ unit, limit, remaining, resetAt, resetAfterMs }, i) => {
        return { unit, limit: windows[i]?.limit ?? limit, used: limit - remaining, resetAt, resetAfterMs }
      })
    },

    async tryCall(id, options = {}) {
      return ask(id, options, false)
    },

    async giveBack(id, units) {
      const given = costs.parse(units, 'units', costs.zeros)
      const counters = await countersOf(id)
      const changed = windows.map((window, i) => ({ ...window, ...counters.counter(i), change: 0 - (given[i] ?? 0) }))
      const { decidedAt } = counters
      const reply = await adjust({ scope, id, windows: changed }, primary, fastPaths, undefined, decidedAt)
      return reply.windows.map((result) => (result === 'ended' ? 0 : 0 - result.applied))
    },

    async reset(id) {
      checkId(id)
      const clear = { kind: 'clear', scope, id, windows } as const
      await resetCounters(clear, { primary, fallback }, fastPaths, undefined)
    },
  }
}
