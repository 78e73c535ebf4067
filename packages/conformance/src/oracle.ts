import type { Clear, CounterState, CounterWindow, Refund, RefundReply, Take, TakeReply } from '@rl/core'

/**
 * What the contract says, as plainly as it can be said: from the counters, an operation and the time, the answer and the
 * counters afterwards. Nothing here changes what it is given.
 */
export type Counters = ReadonlyMap<string, CounterState>

export const NO_COUNTERS: Counters = new Map()

interface Answered<Reply> {
  readonly reply: Reply
  readonly counters: Counters
}

/** The answer to a take at `now`. */
export function take(counters: Counters, { key, windows, cost, times }: Take, now: number): Answered<TakeReply> {
  const before = windows.map((window) => openCounter(counters, key, window, now))
  const free = windows.map(({ limit }, i) => BigInt(limit) - BigInt(before[i]?.used ?? 0))
  const taken = Math.min(...free.map((units) => timesThatFit(units, cost, times)))
  const units = taken * cost

  const after = new Map(counters)
  const states = windows.map((window, i) => {
    const { used, resetAt } = before[i] ?? { used: 0, resetAt: endOf(window, now) }
    const state = { used: used + units, resetAt }
    if (units > 0) after.set(nameOf(key, window), state)
    return state
  })
  return { reply: { taken, now, windows: states }, counters: after }
}

/** The answer to a refund at `now`. */
export function refund(counters: Counters, { key, windows, cost }: Refund, now: number): Answered<RefundReply> {
  const after = new Map(counters)
  const refunded = windows.map((window) => {
    const counter = openCounter(counters, key, window, now)
    if (counter?.resetAt !== window.resetAt) return 0
    const units = Math.min(cost, counter.used)
    after.set(nameOf(key, window), { ...counter, used: counter.used - units })
    return units
  })
  return { reply: { now, refunded }, counters: after }
}

/** The counters after a clear. */
export function clear(counters: Counters, { key, windows }: Clear): Counters {
  const after = new Map(counters)
  for (const window of windows) after.delete(nameOf(key, window))
  return after
}

/** BigInt, as products of cost and times go far beyond 2^53. */
function timesThatFit(free: bigint, cost: number, times: number): number {
  if (free < 0n) return 0
  if (cost === 0) return times
  const fitting = free / BigInt(cost)
  return fitting < BigInt(times) ? Number(fitting) : times
}

function openCounter(counters: Counters, key: string, window: CounterWindow, now: number): CounterState | undefined {
  const counter = counters.get(nameOf(key, window))
  return counter !== undefined && counter.resetAt > now ? counter : undefined
}

function endOf({ windowMs, anchor }: CounterWindow, now: number): number {
  return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
}

export function nameOf(key: string, { windowMs, anchor }: CounterWindow): string {
  return JSON.stringify([key, anchor, windowMs])
}
