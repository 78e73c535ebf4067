import type {
  AdjustedWindow,
  AdjustReply,
  CounterState,
  CounterWindow,
  Reply,
  Subject,
  Take,
  TakeReply,
  Token,
  Window,
} from '@rl/core'
import { adjustmentOf, type Cost, clearOf, MAX, takeOf } from './operations.ts'
import type { Asker } from './ways.ts'

/** The reply to one take. Throws the error that came in its place, and if the clock was outside. */
export async function take(
  store: Asker,
  subject: Subject,
  windows: Window | readonly Window[],
  amount?: { cost?: Cost; times?: number },
): Promise<TakeReply> {
  return asTake(await store.ask(takeOf(subject, windows, amount)))
}

/** The replies to a list of takes. Throws the first error that came in the place of one. */
export async function takeAll(store: Asker, takes: readonly Take[]): Promise<readonly TakeReply[]> {
  return (await store.askAll(takes)).map(asTake)
}

export function asTake(reply: Reply | Error): TakeReply {
  if (reply instanceof Error) throw reply
  if (!('timesTaken' in reply)) throw new Error(`a take was answered by ${JSON.stringify(reply)}`)
  return reply
}

/** Reads one counter. A calendar window must have its boundaries. */
export async function read(store: Asker, subject: Subject, window: Window): Promise<CounterState> {
  return only(await take(store, subject, { ...window, limit: MAX }, { cost: 0 }))
}

/** Units used of one counter. */
export async function usedOf(store: Asker, subject: Subject, window: Window): Promise<number> {
  return (await read(store, subject, window)).used
}

/** Units used of several counters. */
export async function usedOfAll(
  store: Asker,
  subject: Subject,
  windows: readonly Window[],
): Promise<readonly number[]> {
  const unlimited = windows.map((window) => ({ ...window, limit: MAX }))
  return (await take(store, subject, unlimited, { cost: 0 })).windows.map(({ used }) => used)
}

/** The reply to an adjustment. Throws the error that came in its place. */
export async function adjust(
  store: Asker,
  subject: Subject,
  windows: AdjustedWindow | readonly AdjustedWindow[],
  token?: Token,
): Promise<AdjustReply> {
  return asAdjust(await store.ask(adjustmentOf(subject, windows, token)))
}

function asAdjust(reply: Reply | Error): AdjustReply {
  if (reply instanceof Error) throw reply
  if (!('repeated' in reply)) throw new Error(`an adjustment was answered by ${JSON.stringify(reply)}`)
  return reply
}

/** Clears counters. Throws the error that came in the reply's place. */
export async function clear(
  store: Asker,
  subject: Subject,
  windows: CounterWindow | readonly CounterWindow[],
): Promise<void> {
  const reply = await store.ask(clearOf(subject, windows))
  if (reply instanceof Error) throw reply
}

/** The state of a reply's only window. */
export function only({ windows }: TakeReply): CounterState {
  return nth(windows, 0)
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
