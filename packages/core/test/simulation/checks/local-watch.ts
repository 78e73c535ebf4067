import type { Take, TakeReply } from '../../../src/index.ts'
import type { Call, Command, Sent } from '../journal.ts'
import type { Scheduler } from '../world/scheduler.ts'
import type { Execution } from '../world/storage.ts'
import type { CountedDecision, Leeway } from './answers.ts'
import { check } from './violation.ts'

interface Held {
  /** The windows' ends and generations. */
  epoch: string
  stock: number[]
  until: number
  storeNow: number
  receivedAt: number
}

/** Holds decisions that were made without the store against what the store said before. */
export class LocalWatch {
  readonly #scheduler: Scheduler
  /** Whether storages' clocks run as evenly as the process's. */
  readonly #isEven: boolean
  /** At most what a lease holds, by limiter, identifier and limits. */
  readonly #held: Map<string, Held> = new Map()
  /** The units held once a take was answered: a later one of the same command may know that the identifier was reset. */
  readonly #stocks: WeakMap<Sent, readonly number[] | undefined> = new WeakMap()
  /** When a limiter last forgot an identifier, or was to. */
  readonly #forgotten: Map<string, number> = new Map()
  readonly #reset: Map<string, number> = new Map()

  constructor(scheduler: Scheduler, isEven: boolean) {
    this.#scheduler = scheduler
    this.#isEven = isEven
  }

  /** A reply that a lease may learn from. */
  landed(actor: Call['actor'], sent: Sent, command: Command): void {
    const { id, windows } = sent.operation as Take
    const key = `${actor.index} ${id} ${windows.map(({ limit }) => limit)}`
    this.#learn(actor, key, sent, command)
    this.#stocks.set(sent, this.#held.get(key)?.stock)
  }

  #learn({ index, lease }: Call['actor'], key: string, sent: Sent, { sentAt }: Command): void {
    const { id, windows, costs } = sent.operation as Take
    if (lease === undefined || costs.every((cost) => cost === 0)) return
    if (sentAt <= (this.#reset.get(`${index} ${id}`) ?? -1)) return
    const { timesTaken, now, windows: states } = replyOf(sent)
    const times = Math.max(0, timesTaken - sent.callers)
    const epoch = states.map(({ resetAt, generation }) => `${resetAt}.${generation}`).join()
    const before = this.#held.get(key)
    const receivedAt = this.#scheduler.now
    const until = Math.max(before?.until ?? 0, sentAt + lease.maxAgeMs)
    const isOlder = before !== undefined && now < before.storeNow && sentAt <= before.receivedAt
    if (before !== undefined && (before.epoch === epoch || isOlder)) {
      if (before.epoch === epoch) before.stock = before.stock.map((units, i) => units + times * (costs[i] as number))
      before.until = until
      before.storeNow = Math.max(before.storeNow, now)
      before.receivedAt = receivedAt
    } else {
      this.#held.set(key, { epoch, stock: costs.map((cost) => times * cost), until, storeNow: now, receivedAt })
    }
    if (times === 0) return
    for (const [i, cost] of costs.entries()) {
      const share = lease.share * (windows[i] as { limit: number }).limit
      check(times * cost <= share, () => `prefetched ${times} times ${cost}, which is more than the share ${share}`)
    }
  }

  /** A limiter's own refund may let the deny cache forget, a reset lets everything be forgotten. */
  forget(actorIndex: number, id: string, isReset: boolean): void {
    this.#forgotten.set(`${actorIndex} ${id}`, this.#scheduler.now)
    if (!isReset) return
    this.#reset.set(`${actorIndex} ${id}`, this.#scheduler.now)
    for (const key of this.#held.keys()) if (key.startsWith(`${actorIndex} ${id} `)) this.#held.delete(key)
  }

  /** How far `remaining` may be off: by what the lease holds. */
  leewayOf(call: Call, sent: Sent): Leeway | undefined {
    if (call.actor.lease === undefined) return undefined
    const { costs } = sent.operation as Take
    const { timesTaken } = replyOf(sent)
    const prefetched = Math.max(0, timesTaken - sent.callers)
    const stock = this.#stocks.get(sent)
    const below = costs.map((cost) => cost * prefetched)
    // Where stores answer at once, calls of one step are settled in another order than they were answered.
    if (call.actor.group.settings.answersAtOnce) return { below, above: costs.map(() => Number.MAX_SAFE_INTEGER) }
    return { below, above: costs.map((cost, i) => (stock?.[i] ?? 0) - cost * prefetched) }
  }

  settledByLease(call: Call, decision: CountedDecision): void {
    const { actor, id, costs, limits, isPeek } = call
    check(actor.lease !== undefined && decision.allowed && !isPeek, () => 'the lease answers what it must not')
    const held = this.#held.get(`${actor.index} ${id} ${limits}`)
    check(held !== undefined, () => 'the lease holds nothing')
    const stock = held.stock.map((units, i) => units - (costs[i] as number))
    check(Math.min(...stock) >= 0, () => `served from a lease that holds ${held.stock}, a call of cost ${costs}`)
    held.stock = stock
    check(this.#scheduler.now < held.until, () => 'the lease is too old')
    this.#checkOpen(call, decision)
    decision.windows.forEach(({ limit, remaining, cost }, i) => {
      check(limit === limits[i] && cost === costs[i], () => 'the lease shows other limits or costs')
      check(remaining >= 0 && remaining <= limit, () => 'remaining is out of range')
    })
  }

  settledByDenyCache(call: Call, decision: CountedDecision): void {
    const { actor, id, costs, limits, isPeek } = call
    const { now } = this.#scheduler
    check(
      actor.denyCache !== undefined && !decision.allowed && !isPeek,
      () => 'the deny cache answers what it must not',
    )
    const earliest = Math.max(now - actor.denyCache.maxAgeMs, this.#forgotten.get(`${actor.index} ${id}`) ?? 0)
    const isJustified = actor.windows.some((window, i) => {
      const room = (limits[i] as number) - (costs[i] as number)
      if (room < 0) return true
      const { resetAt } = decision.windows[i] as { resetAt: number }
      const changes = actor.group.storage.changesOf(actor.name, id, {
        windowMs: window.window,
        anchor: window.anchor,
        unit: window.unit,
      })
      for (let j = changes.length - 1; j >= 0; j--) {
        const change = changes[j] as { since: number; used: number; resetAt: number }
        if (change.resetAt === resetAt && change.used > room) return true
        if (change.since < earliest) return false
      }
      return false
    })
    check(isJustified, () => `denied locally at ${now}, though the counter had room since ${earliest}`)
    this.#checkOpen(call, decision)
    if (!this.#isEven || decision.retryAfterMs === Number.POSITIVE_INFINITY) return
    const isLongEnough = actor.group.storage.now + decision.retryAfterMs >= decision.resetAt
    check(isLongEnough, () => 'retryAfterMs ends before the window does')
  }

  #checkOpen({ actor }: Call, { windows }: CountedDecision): void {
    if (!this.#isEven) return
    const { now } = actor.group.storage
    for (const { resetAt } of windows) check(now < resetAt, () => `the window ended at ${resetAt}, it is ${now}`)
  }
}

function replyOf({ execution }: Sent): TakeReply {
  return (execution as Execution).reply as TakeReply
}
