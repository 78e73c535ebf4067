import { type CounterWindow, type Refund, type RefundReply, StoreError, type Take, type TakeReply } from '@rl/core'

/** What a script is called with. */
export interface Command {
  readonly keys: string[]
  readonly args: string[]
}

/** The hash tag of an identifier's counters, which keeps them in one slot of a Cluster. */
export type TagOf = (key: string) => string

/** A counter's key: `rl:{api:user_123}:e60000`, or with tags of their own `rl:{tag}api:user_123:e60000`. */
export function redisKey(prefix: string, key: string, { windowMs, anchor }: CounterWindow, tagOf?: TagOf): string {
  const tagged = tagOf === undefined ? `{${key}}` : `{${tagOf(key)}}${key}`
  return `${prefix}${tagged}:${anchor === 'epoch' ? 'e' : 'f'}${windowMs}`
}

/** Takes that are alike are described once, so that a usual batch is little more than its keys. */
export function encodeTakes(prefix: string, takes: readonly Take[], tagOf?: TagOf): Command {
  const keys: string[] = []
  const args = ['take']
  const distinct = new Set<string>()
  for (let i = 0; i < takes.length; ) {
    const first = takes[i] as Take
    let end = i
    for (let take: Take | undefined = first; take !== undefined && alike(take, first); take = takes[++end]) {
      distinct.add(take.key)
      for (const window of take.windows) keys.push(redisKey(prefix, take.key, window, tagOf))
    }
    args.push(`${end - i} ${first.cost} ${first.times} ${first.windows.length}`)
    for (const { limit, windowMs, anchor } of first.windows) {
      args.push(`${limit} ${windowMs}${anchor === 'epoch' ? '' : ' f'}`)
    }
    i = end
  }
  if (distinct.size < takes.length) args[0] = 'take again'
  return { keys, args }
}

export function encodeRefund(prefix: string, { key, windows, cost }: Refund, tagOf?: TagOf): Command {
  return {
    keys: windows.map((window) => redisKey(prefix, key, window, tagOf)),
    args: ['refund', String(cost), ...windows.map(({ resetAt }) => String(resetAt))],
  }
}

function alike(a: Take, b: Take): boolean {
  return a.windows === b.windows && a.cost === b.cost && a.times === b.times
}

/** @throws {StoreError} for anything but the numbers and reasons that the script sends. */
export function decodeTakes(takes: readonly Take[], raw: unknown): (TakeReply | Error)[] {
  const reader = new Reader(raw)
  const now = reader.number()
  const replies = takes.map(({ windows }): TakeReply | Error => {
    const reason = reader.reason()
    if (reason !== undefined) return new StoreError(reason, { outcome: 'not-executed' })
    const taken = reader.number()
    const states = windows.map(({ windowMs, anchor }) => ({
      used: reader.number(),
      resetAt: anchor === 'epoch' ? now - (now % windowMs) + windowMs : reader.number(),
    }))
    return { taken, now, windows: states }
  })
  reader.end()
  return replies
}

/** @throws {StoreError} for anything but the numbers that the script sends. */
export function decodeRefund({ windows }: Refund, raw: unknown): RefundReply {
  const reader = new Reader(raw)
  const reply = { now: reader.number(), refunded: windows.map(() => reader.number()) }
  reader.end()
  return reply
}

const DIGITS = /^\d{1,16}$/
/** What the script says of a take that failed and changed nothing. No other text proves that. */
const REASONS: readonly string[] = ['the counter holds no count', 'the counter is of another type']

/** Reads a reply strictly: a missing or odd element must never become an answer. */
class Reader {
  readonly #values: readonly unknown[]
  #at = 0

  constructor(raw: unknown) {
    if (!Array.isArray(raw)) throw malformed()
    this.#values = raw
  }

  number(): number {
    const raw = this.#values[this.#at++]
    // Clients can be set to give integers as strings, and the script sends the largest ones so.
    const value = typeof raw === 'string' && DIGITS.test(raw) ? Number(raw) : raw
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw malformed()
    return value
  }

  /** The reason of a failed take, if one comes next. */
  reason(): string | undefined {
    const value = this.#values[this.#at]
    if (typeof value !== 'string' || !REASONS.includes(value)) return undefined
    this.#at++
    return value
  }

  end(): void {
    if (this.#at !== this.#values.length) throw malformed()
  }
}

function malformed(): StoreError {
  return new StoreError('the script sent a malformed reply', { outcome: 'unknown' })
}
