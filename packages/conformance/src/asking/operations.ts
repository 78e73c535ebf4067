import type {
  AdjustedWindow,
  Adjustment,
  Clear,
  CounterState,
  CounterWindow,
  Subject,
  Take,
  Token,
  Window,
} from '@rl/core'

/** The largest count. */
export const MAX: number = Number.MAX_SAFE_INTEGER

let cases = 0

/** A text that no other case and no other suite uses. */
export function freshName(): string {
  return `t${(cases++).toString(36)}-${Math.random().toString(36).slice(2)}`
}

/** An identifier that no other case and no other suite uses. */
export function fresh(): Subject {
  return { scope: 'conformance', id: freshName() }
}

/** One number for all windows, or one for each. */
export type Cost = number | readonly number[]

/** A take of one unit from each window, once, unless said otherwise. */
export function takeOf(
  subject: Subject,
  windows: Window | readonly Window[],
  { cost = 1, times = 1 }: { cost?: Cost; times?: number } = {},
): Take {
  const list = 'anchor' in windows ? [windows] : windows
  const costs = typeof cost === 'number' ? list.map(() => cost) : cost
  return { kind: 'take', ...subject, windows: list, costs, times }
}

/** Under which end and generation units were taken. */
export type Taken = Pick<CounterState, 'resetAt' | 'generation'>

/** The window as an adjustment names it. */
export function adjusted(window: CounterWindow, { resetAt, generation }: Taken, change: number): AdjustedWindow {
  return { ...bare(window), resetAt, generation, change }
}

export function adjustmentOf(
  subject: Subject,
  windows: AdjustedWindow | readonly AdjustedWindow[],
  token?: Token,
): Adjustment {
  const list = 'anchor' in windows ? [windows] : windows
  return { kind: 'adjust', ...subject, windows: list, token }
}

export function clearOf(subject: Subject, windows: CounterWindow | readonly CounterWindow[]): Clear {
  const list = 'anchor' in windows ? [windows] : windows
  return { kind: 'clear', ...subject, windows: list.map(bare) }
}

/** The window without limit and boundaries. */
function bare(window: CounterWindow): CounterWindow {
  const unit = window.unit === undefined ? {} : { unit: window.unit }
  return window.anchor === 'calendar'
    ? { anchor: window.anchor, period: window.period, timeZone: window.timeZone, ...unit }
    : { anchor: window.anchor, windowMs: window.windowMs, ...unit }
}
