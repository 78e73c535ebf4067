import {
  type Anchor,
  type CounterState,
  type CounterStore,
  type CounterWindow,
  FixedWindowRateLimiter,
  type RefundReply,
  type Take,
  type TakeReply,
  type Window,
} from '@rl/core'
import type { Context } from './context.ts'

export const ANCHORS: readonly Anchor[] = ['epoch', 'first-hit']

/** The largest count. */
export const MAX: number = Number.MAX_SAFE_INTEGER

/** A key, name or identifier that no other case and no other suite uses. */
export function fresh(): string {
  const random = (): string => Math.random().toString(36).slice(2)
  return `t-${random()}${random()}`
}

/** A take of one unit, once, unless said otherwise. */
export function takeOf(
  key: string,
  windows: Window | readonly Window[],
  { cost = 1, times = 1 }: { cost?: number; times?: number } = {},
): Take {
  return { key, windows: 'windowMs' in windows ? [windows] : windows, cost, times }
}

/** The reply to one take. Throws the error that came in its place. */
export async function ask(
  store: CounterStore,
  key: string,
  windows: Window | readonly Window[],
  amount?: { cost?: number; times?: number },
): Promise<TakeReply> {
  return nth(await askAll(store, [takeOf(key, windows, amount)]), 0)
}

/** The replies to a list of takes. Throws the first error that came in the place of one. */
export async function askAll(store: CounterStore, takes: readonly Take[]): Promise<readonly TakeReply[]> {
  return (await store.take(takes)).map((reply) => {
    if (reply instanceof Error) throw reply
    return reply
  })
}

/** Reads one counter. */
export async function read(store: CounterStore, key: string, window: CounterWindow): Promise<CounterState> {
  return only(await ask(store, key, { ...window, limit: MAX }, { cost: 0 }))
}

/** Units used of one counter. */
export async function usedOf(store: CounterStore, key: string, window: CounterWindow): Promise<number> {
  return (await read(store, key, window)).used
}

/** Gives units back under the `resetAt` they were taken under. */
export function refund(
  store: CounterStore,
  key: string,
  windows: readonly CounterWindow[],
  taken: TakeReply,
  cost: number,
): Promise<RefundReply> {
  const refunded = windows.map(({ windowMs, anchor }, i) => ({
    windowMs,
    anchor,
    resetAt: nth(taken.windows, i).resetAt,
  }))
  return store.refund({ key, windows: refunded, cost })
}

/** The state of a reply's only window. */
export function only({ windows }: TakeReply): CounterState {
  return nth(windows, 0)
}

/** When the epoch window at `now` ends. */
export function epochEnd(now: number, windowMs: number): number {
  return now - (now % windowMs) + windowMs
}

/** A limiter over long windows with a fresh name, whose deadline does not get in the way. */
export function limiterOf(
  { longMs }: Context,
  store: CounterStore,
  limit: number,
  { name = fresh(), anchor = 'epoch' }: { name?: string; anchor?: Anchor } = {},
): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name, store, limit, window: longMs[0], anchor, deadlineMs: 30_000 })
}

/** The element at a place that must exist. */
export function nth<T>(list: readonly T[], i: number): T {
  if (i >= list.length) throw new Error(`there are ${list.length} elements instead of at least ${i + 1}`)
  return list[i] as T
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

/** The numbers 0 to `count - 1`. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i)
}
