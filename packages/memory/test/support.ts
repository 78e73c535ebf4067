import {
  type Adjusted,
  type AdjustedWindow,
  type Anchor,
  type CalendarWindow,
  type CounterWindow,
  type Operation,
  type Reply,
  StoreError,
  type Take,
  type TakeReply,
  type Token,
  type Window,
} from '@rl/core'
import { vi } from 'vitest'
import { MemoryStore, type MemoryStoreOptions } from '../src/index.ts'

/** A whole number of minutes since the epoch. */
export const T0 = Date.UTC(2026, 0, 15, 12, 30)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export interface Clock {
  now: number
}

export function storeOf(options: MemoryStoreOptions = {}): { store: MemoryStore; clock: Clock } {
  const clock = { now: T0 }
  return { clock, store: new MemoryStore({ now: () => clock.now, ...options }) }
}

/** On the clock of the system, which may be turned back. It is mocked until `vi.restoreAllMocks`. */
export function storeOfSystem(options: MemoryStoreOptions = {}): { store: MemoryStore; clock: Clock } {
  const clock = { now: T0 }
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now)
  return { clock, store: new MemoryStore(options) }
}

export function window(limit: number, anchor: Anchor = 'epoch', windowMs: number = MINUTE): Window {
  return { limit, windowMs, anchor }
}

/** A calendar window with these boundaries. */
export function calendar(limit: number, ends: readonly number[], longestMs = HOUR): Window & CalendarWindow {
  return { limit, anchor: 'calendar', period: 'day', timeZone: 'UTC', ends, longestMs }
}

/** The answer to one operation, which is not an error. */
async function ask(store: MemoryStore, operation: Operation): Promise<Reply> {
  const [reply] = await store.apply([operation])
  if (reply === undefined) throw new Error('no reply')
  if (reply instanceof Error) throw reply
  return reply
}

export function takeOf(id: string, windows: Window | readonly Window[], cost = 1, times = 1, scope = 'api'): Take {
  const all = 'limit' in windows ? [windows] : windows
  return { kind: 'take', scope, id, windows: all, costs: all.map(() => cost), times }
}

/** One take of the same cost from each window. Throws what is answered in the place of a reply. */
export async function take(store: MemoryStore, ...args: Parameters<typeof takeOf>): Promise<TakeReply> {
  return (await ask(store, takeOf(...args))) as TakeReply
}

/** How many times were taken, or the outcome of the failure. */
export function taken(store: MemoryStore, ...args: Parameters<typeof takeOf>): Promise<number | string> {
  return take(store, ...args).then(({ timesTaken }) => timesTaken, outcomeOf)
}

export function outcomeOf(error: unknown): string {
  if (error instanceof StoreError) return error.outcome
  throw error
}

/** Units used, without touching the counter. */
export async function used(store: MemoryStore, id: string, of: Window): Promise<number> {
  const reply = await take(store, id, { ...of, limit: Number.MAX_SAFE_INTEGER }, 0)
  return reply.windows[0]?.used ?? -1
}

/** The window as an adjustment names it, by the counter that is there. */
export async function counted(store: MemoryStore, id: string, of: Window, change: number): Promise<AdjustedWindow> {
  const reply = await take(store, id, of, 0)
  const { resetAt = 0, generation = 0 } = reply.windows[0] ?? {}
  return { ...of, resetAt, generation, change }
}

export async function adjust(
  store: MemoryStore,
  id: string,
  windows: AdjustedWindow | readonly AdjustedWindow[],
  token?: Token,
): Promise<{ repeated: boolean; windows: readonly (Adjusted | 'ended')[] }> {
  const all = 'change' in windows ? [windows] : windows
  return (await ask(store, { kind: 'adjust', scope: 'api', id, windows: all, token })) as never
}

export async function clear(store: MemoryStore, id: string, windows: readonly CounterWindow[]): Promise<void> {
  await ask(store, { kind: 'clear', scope: 'api', id, windows })
}
