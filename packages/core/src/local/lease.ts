import { type Answerer, answer, type Question } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { Take, TakeReply, Window } from '../store.ts'
import { BoundedMap } from './bounded.ts'
import { type Moment, reliableUntil, timeOf } from './moment.ts'
import type { LeaseSettings } from './settings.ts'

/** What is known of an identifier from the latest take. */
interface Lease {
  readonly windows: readonly Window[]
  readonly reply: TakeReply
  readonly receivedAt: number
  /** When its units are no longer served, unless the store has told by then that they are still counted. */
  readonly until: number
  /** Units taken and not served yet: of what the reply counts as used, the topmost. */
  units: number
  /** How many calls the latest takes were for: those that waited, or those to come. */
  readonly pace: number
  /** The take under way that shall bring more units. One at a time, so that together they don't take more than the share. */
  bringing: Take | undefined
}

/** Serves calls from units that were taken ahead. */
export class Leases {
  readonly #settings: LeaseSettings
  readonly #by: Answerer
  readonly #leases: BoundedMap<Lease>

  constructor(settings: LeaseSettings, owner: object) {
    this.#settings = settings
    this.#by = { owner, source: 'lease' }
    this.#leases = new BoundedMap(settings.maxKeys)
  }

  serve(question: Question, windows: readonly Window[], at: number): Decision | undefined {
    const { id, cost } = question
    const lease = this.#leases.get(id)
    if (lease === undefined || lease.units < cost || cost === 0 || at >= lease.until || !alike(lease.windows, windows))
      return undefined
    lease.units -= cost
    return answer(question, windows, lease.reply.windows, timeOf(lease, at), true, lease.units, this.#by)
  }

  /** Units that could be served to calls under these windows, of those that a reply just received counts as used. */
  held(id: string, windows: readonly Window[], reply: TakeReply, at: number): number {
    const lease = this.#leases.get(id)
    if (lease === undefined || at >= lease.until || !alike(lease.windows, windows)) return 0
    return stillCounted(lease.reply, reply, 0) ? lease.units : 0
  }

  /** How many times more a take that is about to be sent shall run, for calls to come. */
  ahead(id: string, take: Take, at: number): number {
    const lease = this.#leases.get(id)
    if (lease === undefined || take.cost === 0 || at >= lease.until || lease.bringing !== undefined) return 0
    if (!alike(lease.windows, take.windows)) return 0
    const { share, maxAgeMs } = this.#settings
    const room = freeIn(lease.windows, lease.reply) * share - lease.units
    const wish = wanted(lease.pace, (at - lease.receivedAt) / maxAgeMs)
    const times = Math.max(0, Math.min(wish, Math.floor(room / take.cost)))
    if (times > 0) lease.bringing = take
    return times
  }

  /** @param calls How many of the take's times were for calls. The others were for calls to come. */
  learn(id: string, take: Take, calls: number, reply: TakeReply, moment: Moment): void {
    if (take.cost === 0) return
    const { sentAt, receivedAt } = moment
    const brought = Math.max(0, reply.taken - calls) * take.cost
    const before = this.#leases.get(id)
    const same = before !== undefined && alike(before.windows, take.windows) ? before : undefined
    // A few calls under limits of their own must not cost the others their units.
    if (before !== undefined && same === undefined && before.units > 0 && receivedAt < before.until) return
    const bringing = same?.bringing === take ? undefined : same?.bringing
    const counted = same !== undefined && stillCounted(same.reply, reply, reply.taken * take.cost)
    if (same !== undefined && sentAt <= same.receivedAt && reply.now < same.reply.now + (counted ? 0 : 1)) {
      // Overtaken: the other reply is the later one, and tells how things stand. Within a millisecond, the count tells which.
      if (sameWindows(same.reply, reply)) same.units += brought
      same.bringing = bringing
      return
    }
    this.#leases.set(id, {
      windows: take.windows,
      reply,
      receivedAt,
      until: reliableUntil(reply, moment, this.#settings.maxAgeMs),
      units: (counted ? same.units : 0) + brought,
      pace: Math.max(calls, take.times - calls, bringing === undefined ? 0 : (same?.pace ?? 0)),
      bringing,
    })
  }

  /** The take did not bring anything, as far as is known. */
  failed(id: string, take: Take): void {
    const lease = this.#leases.get(id)
    if (lease?.bringing === take) lease.bringing = undefined
  }

  forget(id: string): void {
    this.#leases.delete(id)
  }
}

/**
 * How many calls to take ahead for, where so many came before, the sooner the more: twice as many within a quarter of a
 * lease's age, as many within a half, else half as many, and in the end none.
 */
function wanted(pace: number, age: number): number {
  if (age < 0.25) return pace * 2
  return age < 0.5 ? pace : Math.floor(pace / 2)
}

function freeIn(windows: readonly Window[], reply: TakeReply): number {
  return windows.reduce(
    (least, { limit }, i) => Math.min(least, limit - (reply.windows[i]?.used ?? 0)),
    Number.POSITIVE_INFINITY,
  )
}

/** Whether what was held under the earlier reply is still counted under the later: not so in a new window or after a reset. */
function stillCounted(earlier: TakeReply, later: TakeReply, justTaken: number): boolean {
  if (!sameWindows(earlier, later)) return false
  return earlier.windows.every(({ used }, i) => (later.windows[i]?.used ?? 0) - justTaken >= used)
}

function sameWindows(one: TakeReply, other: TakeReply): boolean {
  return one.windows.every(({ resetAt }, i) => other.windows[i]?.resetAt === resetAt)
}

/** Whether the limits are equal. The rest is, for the windows of one limiter. */
function alike(one: readonly Window[], other: readonly Window[]): boolean {
  return one === other || one.every(({ limit }, i) => other[i]?.limit === limit)
}
