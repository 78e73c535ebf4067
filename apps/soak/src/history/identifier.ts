import type { FixedWindow } from '@rl/core'
import { Amounts, countWhile, groupBy } from './amounts.ts'
import { Counter, type Drop, type Unknown, type Visit } from './counter.ts'
import {
  type Ask,
  type History,
  isAnswered,
  isAsk,
  isCharged,
  type Look,
  type Operation,
  type Refund,
  type Reset,
  type Settle,
} from './operation.ts'
import { type StoreClock, storeTimeOf } from './store-clock.ts'
import { withGreatestBefore } from './sweep.ts'

/** A visit, and the window that it saw. */
export interface Sighting extends Visit {
  readonly resetAt: number
  /** The store's clock, if it was asked. */
  readonly now: number | undefined
  readonly limit: number
}

/** The counters of one identifier in one of the windows of the policy. */
export interface Counters {
  readonly window: FixedWindow
  /** In the order of their windows. */
  readonly counters: readonly Counter[]
  readonly sightings: readonly Sighting[]
}

/** Units that a settlement charged, in the windows that were still open. */
export interface Excess {
  readonly invoked: number
  readonly cost: number
  readonly resetAts: readonly number[]
}

/** The operations on one identifier. */
export class Identifier {
  readonly id: string
  readonly asks: readonly Ask[]
  /** Units given back, by settlements too. */
  readonly refunds: readonly Refund[]
  /** Units that settlements charged in addition. */
  readonly excesses: readonly Excess[]
  readonly resets: readonly Reset[]
  readonly looks: readonly Look[]
  readonly #clock: StoreClock
  readonly #unknown: Amounts
  /** Charged by no answered call. */
  readonly #unseen: readonly { readonly invoked: number; readonly cost: number }[]

  /** @param ahead Set where units are taken ahead, as in the history. */
  constructor(id: string, operations: readonly Operation[], clock: StoreClock, ahead: History['ahead']) {
    this.id = id
    this.#clock = clock
    this.asks = operations.filter(isAsk)
    this.looks = operations.filter((operation) => operation.kind === 'look')
    const ran = operations.filter((operation) => !('result' in operation) || operation.result !== 'not-executed')
    const settled = ran.filter((operation) => operation.kind === 'settle').filter(({ result }) => result !== 'nothing')
    this.refunds = [
      ...ran.filter((operation) => operation.kind === 'refund').filter(({ result }) => result !== 'nothing'),
      ...settled.filter(({ change }) => change < 0).map(asRefund),
    ]
    this.excesses = settled.filter(({ change }) => change > 0).map((settle) => ({ ...settle, cost: settle.change }))
    this.resets = ran.filter((operation) => operation.kind === 'reset')
    const unknown = this.asks.filter(({ kind, cost, result }) => kind === 'limit' && cost > 0 && result === 'unknown')
    this.#unseen = [...unknown, ...this.excesses].sort((one, other) => one.invoked - other.invoked)
    // A call whose answer was lost may have brought units for calls to come.
    const lease = ahead?.units ?? 0
    this.#unknown = new Amounts(this.#unseen.map(({ invoked, cost }) => ({ at: invoked, units: cost + lease })))
  }

  /** The counters that the answers tell of, in the window at this place of the policy. */
  counters(window: FixedWindow, place: number): Counters {
    const sightings = this.#sightings(window, place)
    const refunds = groupBy(this.refunds, ({ resetAts }) => resetAts[place])
    const resets = this.#resets(place)
    const byResetAt = groupBy(sightings, ({ resetAt }) => resetAt)
    const counters = Array.from(byResetAt, ([resetAt, visits]) => {
      const limit = visits.reduce((most, visit) => (visit.charged > 0 ? Math.max(most, visit.limit) : most), 0)
      const drops = [...this.#refundsOf(resetAt, refunds.get(resetAt) ?? []), ...resets]
      return new Counter({ id: this.id, resetAt, visits, limit, drops, unknown: this.#unknownIn(resetAt) })
    })
    return { window, sightings, counters: counters.sort((one, other) => one.resetAt - other.resetAt) }
  }

  /** A call of unknown outcome may have been charged to any window but those that were over when it was made. */
  #unknownIn(resetAt: number): Unknown {
    const unseen = this.#unseen
    const inTime = countWhile(unseen.length, (i) => this.#clock.atLeast(unseen[i]?.invoked ?? 0) < resetAt)
    const most = this.#unknown.first(inTime)
    return (moment) => Math.min(most, this.#unknown.until(moment))
  }

  #refundsOf(resetAt: number, refunds: readonly Refund[]): readonly Drop[] {
    // After a reset, a refund may find less than it gives back.
    const noReset = this.resets.length === 0
    return refunds.map(({ invoked, returned, cost, resetAts, result }) => {
      const given = result === 'given'
      // Of several windows, only the last to end was open for certain.
      const certain = given && noReset && resetAts.every((end) => end <= resetAt)
      return { invoked, returned: given ? returned : Number.POSITIVE_INFINITY, units: cost, certain }
    })
  }

  /** Each may have come upon a full counter, or one that settlements had charged past its limit. */
  #resets(place: number): readonly Drop[] {
    const limit = this.asks.reduce((most, { limits }) => Math.max(most, limits[place] ?? 0), 0)
    const highest = this.excesses.reduce((sum, { cost }) => sum + cost, limit)
    return this.resets.map(({ invoked }) => ({
      invoked,
      returned: Number.POSITIVE_INFINITY,
      units: highest,
      certain: false,
    }))
  }

  #sightings(window: FixedWindow, place: number): readonly Sighting[] {
    const sightings = [
      ...this.asks.map((ask) => sightingByAnswer(ask, place)),
      ...this.looks.map((look) => sightingByLook(look, window, place)),
    ].filter((sighting) => sighting !== undefined)
    return window.anchor === 'epoch' ? sightings : placeEmpty(sightings)
  }
}

function asRefund({ change, result, ...settle }: Settle): Refund {
  return { ...settle, kind: 'refund', cost: -change, result: result === 'settled' ? 'given' : result }
}

function sightingByAnswer(ask: Ask, place: number): Sighting | undefined {
  // A queue's own denial counts those that wait before the call, whose units nobody took yet.
  if (!isAnswered(ask) || ask.result.source === 'wait-queue') return undefined
  const seen = ask.result.windows[place]
  if (seen === undefined) return undefined
  const { limit, remaining, resetAt } = seen
  const { allowed, source } = ask.result
  const cached = source === 'deny-cache'
  const used = limit - remaining
  const charged = isCharged(ask) ? ask.cost : 0
  // A denial says that nothing remains also where more than the limit is used, under a higher limit of another call.
  const exact = allowed || remaining > 0
  return {
    invoked: cached ? Number.NEGATIVE_INFINITY : ask.invoked,
    returned: ask.returned,
    before: exact && !cached ? used - charged : Number.POSITIVE_INFINITY,
    after: used,
    charged,
    ahead: source === 'lease',
    resetAt,
    now: storeTimeOf(ask),
    limit,
  }
}

function sightingByLook(look: Look, { windowMs }: FixedWindow, place: number): Sighting {
  const { invoked, returned, now } = look
  // For a first-hit window it does not matter, as none is open.
  const { used, resetAt } = look.counters[place] ?? { used: 0, resetAt: now - (now % windowMs) + windowMs }
  return { invoked, returned, now, before: used, after: used, charged: 0, ahead: false, resetAt, limit: 0 }
}

/**
 * Where no first-hit window is open, an answer tells when one would end that opened now: no counter's window. If one must
 * have been open still, that one's counter was seen empty.
 */
function placeEmpty(sightings: readonly Sighting[]): readonly Sighting[] {
  const placed: Sighting[] = []
  withGreatestBefore(
    sightings,
    ({ after, resetAt }) => (after > 0 ? resetAt : Number.NEGATIVE_INFINITY),
    (sighting, open) => {
      if (sighting.after > 0) placed.push(sighting)
      else if (sighting.now !== undefined && open > sighting.now) placed.push({ ...sighting, resetAt: open })
    },
  )
  return placed
}
