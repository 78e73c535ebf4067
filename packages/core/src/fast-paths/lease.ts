import type { AdjustedWindow, Adjustment, Take } from '../contract/operations.ts'
import type { CounterState, TakeReply } from '../contract/replies.ts'
import type { Window } from '../contract/windows.ts'
import type { Asked } from '../decision/call.ts'
import { decisionOf } from '../decision/decide.ts'
import type { FastPath, FastPathFactory, FastPathOwner } from '../decision/fast-path.ts'
import type { Decision } from '../decision/types.ts'
import type { CommandTiming } from '../dispatch/entry.ts'
import { runtime } from '../dispatch/runtime.ts'
import { ownCopy } from '../identity/compact-id.ts'
import { checkShare, ownOptions } from '../options/check.ts'
import { BoundedMap } from './bounded-map.ts'
import { type CacheOptions, type CacheSettings, parseCache } from './cache-options.ts'
import { copyOf, haveSameLimits, haveSameWindows, reliableUntil, storeTimeAt } from './reliable.ts'

/** Options of {@link lease}. */
export interface LeaseOptions extends CacheOptions {
  /** The share of the units left, by the last answer, that may be prefetched: above 0, up to 1. Default 0.1. */
  readonly share?: number | undefined
}

/**
 * Serves calls from prefetched units: for an identifier that is called often, a share of what its limit leaves is taken ahead
 * with a call that goes to the store anyway, and the following calls are served from it (`source: 'lease'`). Far quicker for busy
 * identifiers, and never admits more than the limit. The trades:
 * - Units that nobody asks for before their window ends stay unused: at most `share` of the limit in each process. With
 *   several windows that is so each time the shortest of them ends, and in the longer ones what was lost stays used.
 * - The same goes for units held when a process ends without `drain`, when `maxKeys` others come between, when a call with its
 * own limit takes the lease's place after `maxAgeMs`, or when the store's answer is lost: with outcome `'unknown'`, up
 *   to a lease more than the calls' cost may have been charged.
 * - While another process holds units, calls are denied here, and `remaining` counts those units as used.
 * - After a reset by another process, units held here are served for up to `maxAgeMs`, on top of the limit of the new count.
 *
 * Identifiers called less than twice within `maxAgeMs` have nothing prefetched.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * new FixedWindowRateLimiter({ name: 'api', store, limit: 100, window: '1m', fastPaths: [lease({ share: 0.05 })] })
 */
export function lease(options: LeaseOptions = {}): FastPathFactory {
  const own = ownOptions('lease', options, ['share', 'maxKeys', 'maxAgeMs'])
  const { share = 0.1 } = own
  const settings = { ...parseCache('lease', own), share: checkShare('lease.share', share) }
  return (owner) => new Leases(settings, owner)
}

interface LeaseSettings extends CacheSettings {
  readonly share: number
}

/** An identifier's figures by the latest take. */
interface Lease {
  /** Only while units are held: identifiers can be long. */
  readonly id: string
  readonly windows: readonly Window[]
  readonly reply: TakeReply
  readonly receivedAt: number
  /** When its units are no longer served, unless the store has told by then that they are still counted. */
  readonly until: number
  /** For each window: units taken and not served yet. Of what the reply counts as used, the topmost. */
  readonly stock: number[]
  /** How many calls the latest takes were for: those that waited, or those to come. */
  readonly recentDemand: number
  /** The take under way that is to bring more units. One at a time, so that together they take no more than the share. */
  refillInFlight: Take | undefined
}

class Leases implements FastPath {
  readonly #settings: LeaseSettings
  readonly #scope: string
  readonly #leases: BoundedMap<Lease>
  /** When identifiers were reset: replies to what was sent before are out of date. */
  readonly #resetAt: BoundedMap<number>

  constructor(settings: LeaseSettings, { scope }: FastPathOwner) {
    this.#settings = settings
    this.#scope = scope
    this.#leases = new BoundedMap(settings.maxKeys)
    this.#resetAt = new BoundedMap(settings.maxKeys)
  }

  answer(asked: Asked, at: number): Decision | undefined {
    const { costs, windows } = asked.request
    const lease = this.#usable(asked.id, windows, at)
    if (lease === undefined || !isServable(costs, lease.stock)) return undefined
    const { stock, reply } = lease
    for (let i = 0; i < stock.length; i++) (stock[i] as number) -= costs[i] as number
    return decisionOf(asked, windows, reply.windows, storeTimeAt(lease, at), true, 0, stock, 'lease')
  }

  unservedUnits(take: Take, reply: TakeReply, at: number): readonly number[] | undefined {
    const lease = this.#usable(take.id, take.windows, at)
    return lease !== undefined && haveSameWindows(lease.reply, reply) ? lease.stock : undefined
  }

  timesToPrefetch(take: Take, at: number): number {
    const { id, windows, costs } = take
    const lease = this.#usable(id, windows, at)
    if (lease === undefined || lease.refillInFlight !== undefined || !hasCost(costs)) return 0
    const { share, maxAgeMs } = this.#settings
    const wish = wishedTimes(lease.recentDemand, (at - lease.receivedAt) / maxAgeMs)
    const times = costs.reduce((least, cost, i) => {
      const free = (windows[i] as Window).limit - (lease.reply.windows[i] as CounterState).used
      const room = free * share - (lease.stock[i] as number)
      return cost === 0 ? least : Math.min(least, Math.floor(room / cost))
    }, wish)
    if (times <= 0) return 0
    lease.refillInFlight = take
    return times
  }

  learn(take: Take, callers: number, reply: TakeReply, timing: CommandTiming): void {
    const { id, windows, costs } = take
    const { sentAt, receivedAt } = timing
    if (!hasCost(costs) || sentAt <= (this.#resetAt.get(id) ?? -1)) return
    const before = this.#leases.get(id)
    const same = before !== undefined && haveSameLimits(before.windows, windows) ? before : undefined
    // A few calls under their own limits must not cost the others their units.
    if (before !== undefined && same === undefined && hasCost(before.stock) && receivedAt < before.until) return
    const isSameWindow = same !== undefined && haveSameWindows(same.reply, reply)
    // A newer reply may have arrived before: its state is kept.
    const isOvertaken = same !== undefined && sentAt <= same.receivedAt && isOlder(reply, same.reply)
    const refillInFlight = same?.refillInFlight === take ? undefined : same?.refillInFlight
    const latest = isOvertaken
      ? same
      : {
          windows,
          reply: copyOf(reply),
          receivedAt,
          until: reliableUntil(reply, timing, this.#settings.maxAgeMs),
          recentDemand: Math.max(callers, take.times - callers, (refillInFlight && same?.recentDemand) ?? 0),
        }
    // Units of an overtaken reply for a window that has ended are lost.
    const times = isOvertaken && !isSameWindow ? 0 : Math.max(0, reply.timesTaken - callers)
    const held = isOvertaken || isSameWindow ? same?.stock : undefined
    const stock = costs.map((cost, i) => times * cost + (held?.[i] ?? 0))
    // Field by field: leases of one shape are quicker to read.
    this.#leases.set(id, {
      id: hasCost(stock) ? ownCopy(id) : '',
      windows: latest.windows,
      reply: latest.reply,
      receivedAt: latest.receivedAt,
      until: latest.until,
      stock,
      recentDemand: latest.recentDemand,
      refillInFlight,
    })
  }

  abandoned(take: Take): void {
    const lease = this.#leases.get(take.id)
    if (lease?.refillInFlight === take) lease.refillInFlight = undefined
  }

  /** Units given back or charged leave the stock as it is: it was counted before. */
  adjusted(): void {}

  /** The units that may be served, under these limits. */
  #usable(id: string, windows: readonly Window[], at: number): Lease | undefined {
    const lease = this.#leases.get(id)
    return lease !== undefined && at < lease.until && haveSameLimits(lease.windows, windows) ? lease : undefined
  }

  forget(id: string): void {
    this.#leases.delete(id)
    this.#resetAt.set(id, runtime.now())
  }

  giveBack(): readonly Adjustment[] {
    return this.#leases.clear().flatMap(({ id, windows, reply, stock }) => {
      const held = windows.flatMap((window, i): AdjustedWindow[] => {
        const { resetAt, generation } = reply.windows[i] ?? { resetAt: 0, generation: 0 }
        return stock[i] ? [{ ...window, resetAt, generation, change: -stock[i] }] : []
      })
      return held.length === 0 ? [] : [{ kind: 'adjust', scope: this.#scope, id, windows: held }]
    })
  }
}

/** A loop: every call of a leased identifier comes by here. */
function isServable(costs: readonly number[], stock: readonly number[]): boolean {
  let sum = 0
  for (let i = 0; i < stock.length; i++) {
    const cost = costs[i] as number
    if (cost > (stock[i] as number)) return false
    sum += cost
  }
  return sum > 0
}

function hasCost(costs: readonly number[]): boolean {
  return costs.some((cost) => cost > 0)
}

/** The store's clock tells which of two replies is the newer one; within a millisecond, the count does. */
function isOlder(one: TakeReply, other: TakeReply): boolean {
  if (one.now !== other.now || !haveSameWindows(one, other)) return one.now < other.now
  return one.windows.some(({ used }, i) => used < (other.windows[i]?.used ?? 0))
}

/** Units to prefetch, in calls: more, the sooner the last lease ran out. */
function wishedTimes(recentDemand: number, age: number): number {
  if (age < 0.25) return recentDemand * 2
  return age < 0.5 ? recentDemand : Math.floor(recentDemand / 2)
}
