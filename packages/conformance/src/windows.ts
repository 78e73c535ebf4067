import type { Anchor, CounterWindow, Window } from '@rl/core'

/** The kinds of windows that each rule is checked for. */
export type Kind = CounterWindow['anchor']

export const KINDS: readonly Kind[] = ['epoch', 'first-hit', 'calendar']
export const ANCHORS: readonly Anchor[] = ['epoch', 'first-hit']

const MINUTE = 60_000
const DAY = 86_400_000

/** The first three lengths whose epoch window, the one at `now`, has half an hour or more to go. */
export function lengthsThatLast(now: number): [number, number, number] {
  const lengths: number[] = []
  for (let ms = 61 * MINUTE; lengths.length < 3; ms += MINUTE) {
    if (ms - (now % ms) > 30 * MINUTE) lengths.push(ms)
  }
  return lengths as [number, number, number]
}

/** A window that lasts at least half an hour from `startedAt` on. Calendar windows differ by the length as well. */
export function longWindow(kind: Kind, limit: number, windowMs: number, startedAt: number): Window {
  if (kind !== 'calendar') return { limit, windowMs, anchor: kind }
  const start = startedAt - DAY
  const ends = [start, startedAt + windowMs, startedAt + windowMs + 31 * DAY]
  return { limit, anchor: kind, period: 'month', timeZone: `Zone/${windowMs}`, ends, longestMs: 31 * DAY }
}

/** A window of `ms` milliseconds that opens around `now`. A calendar one has boundaries for the next 400 such windows. */
export function shortWindow(kind: Kind, limit: number, ms: number, now: number): Window {
  if (kind !== 'calendar') return { limit, windowMs: ms, anchor: kind }
  const start = now - (now % ms)
  const ends = Array.from({ length: 400 }, (_, i) => start + i * ms)
  return { limit, anchor: kind, period: 'hour', timeZone: `Short/${ms}`, ends, longestMs: ms }
}

/** How long a window of this kind can be, in milliseconds. */
export function lengthOf(window: Window): number {
  return window.anchor === 'calendar' ? window.longestMs : window.windowMs
}
