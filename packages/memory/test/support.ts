import { type Anchor, StoreError, type Take, type TakeReply, type Window } from '@rl/core'
import { MemoryStore, type MemoryStoreOptions } from '../src/index.ts'

/** A whole number of minutes since the epoch. */
export const T0 = Date.UTC(2026, 0, 15, 12, 30)
export const MINUTE = 60_000

export interface Clock {
  now: number
}

export function storeOf(options: MemoryStoreOptions = {}): { store: MemoryStore; clock: Clock } {
  const clock = { now: T0 }
  return { clock, store: new MemoryStore({ now: () => clock.now, ...options }) }
}

export function window(limit: number, anchor: Anchor = 'epoch', windowMs: number = MINUTE): Window {
  return { limit, windowMs, anchor }
}

/** One take; its answer, or the Error in its place. */
export async function take(
  store: MemoryStore,
  key: string,
  windows: Window | readonly Window[],
  cost = 1,
  times = 1,
): Promise<TakeReply | Error> {
  const one: Take = { key, windows: 'limit' in windows ? [windows] : windows, cost, times }
  const [reply] = await store.take([one])
  if (reply === undefined) throw new Error('no reply')
  return reply
}

/** How often was taken, or the outcome of the failure. */
export async function taken(...args: Parameters<typeof take>): Promise<number | string> {
  const reply = await take(...args)
  if (!(reply instanceof Error)) return reply.taken
  if (reply instanceof StoreError) return reply.outcome
  throw reply
}

/** Units used, without touching the counter. */
export async function used(store: MemoryStore, key: string, of: Window): Promise<number> {
  const reply = await take(store, key, { ...of, limit: Number.MAX_SAFE_INTEGER }, 0)
  if (reply instanceof Error) throw reply
  return reply.windows[0]?.used ?? -1
}
