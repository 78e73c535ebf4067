import type { RateLimiter, Window } from '@rl/core'
import { boundaryAfter, boundaryBefore, type Lane } from './boundaries.ts'
import type { Limited } from './limiters.ts'
import { Pace } from './pace.ts'
import type { Answer, Entry } from './run.ts'

interface Level {
  readonly at: number
  readonly used: number
}

/** A counter's window, from its begin to its end, and how full it was. */
export interface Span {
  readonly begin: number
  readonly end: number
  readonly limit: number
  /** Units used from each moment on, in order. */
  readonly levels: Level[]
}

/** A call on the chart. */
export interface Mark {
  readonly at: number
  readonly isAllowed: boolean
}

/** How a window of a caller stands. */
export interface Standing {
  readonly window: Window
  /** `Infinity` if no window is open, as with first-hit before the first call. */
  readonly end: number
  readonly isOpen: boolean
  readonly used: number
}

interface Counts {
  asked: number
  admitted: number
}

interface CallerHistory {
  readonly counts: Counts
  marks: Mark[]
  /** By the first window, if its length is fixed; `undefined` once units were given back, or the caller was reset. */
  pace: Pace | undefined
  /** For each window of the limiter. */
  readonly spans: Span[][]
}

const KEPT_MARKS = 3000
const KEPT_SPANS = 200
const MOST_LEVELS = 1001

/** The answers of one limiter by caller: those that are drawn. Every figure is the limiter's own: `peek` tells how full a window is. */
export class History {
  readonly limiter: RateLimiter
  readonly lanes: readonly Lane[]
  readonly #callers = new Map<string, CallerHistory>()

  constructor({ limiter, calendars }: Limited) {
    this.limiter = limiter
    this.lanes = limiter.windows.map((window, i) => ({ window, calendar: calendars[i] }))
  }

  async record({ id, kind, at }: Entry, answer: Answer | undefined, now: number): Promise<void> {
    const caller = this.of(id)
    if (kind === 'limit' && answer?.kind === 'decision') {
      caller.counts.asked++
      const { decision } = answer
      if (decision.allowed) {
        caller.counts.admitted++
        if (decision.source !== 'failure-policy') caller.pace?.add(at, decision.windows[0]?.cost ?? 0)
      }
      caller.marks.push({ at, isAllowed: decision.allowed })
      if (caller.marks.length > KEPT_MARKS) caller.marks = caller.marks.slice(-KEPT_MARKS / 2)
    }
    if (kind !== 'limit') caller.pace = undefined
    const standing = await this.limiter.peek(id, { cost: this.#nothing() })
    if (standing.source === 'failure-policy') return
    standing.windows.forEach(({ limit, remaining, resetAt }, i) => {
      const lane = this.lanes[i]
      const spans = caller.spans[i]
      if (lane === undefined || spans === undefined) return
      const { window } = lane
      const used = limit - remaining
      const begin = window.anchor === 'calendar' ? boundaryBefore(lane, now) : resetAt - window.windowMs
      if (used === 0 && window.anchor === 'first-hit' && begin === now) return // none is open
      let span = spans.at(-1)
      if (span?.end !== resetAt) {
        span = { begin, end: resetAt, limit, levels: [] }
        spans.push(span)
        if (spans.length > KEPT_SPANS) spans.shift()
      }
      addLevel(span.levels, { at: now, used })
    })
  }

  of(id: string): CallerHistory {
    let caller = this.#callers.get(id)
    if (caller === undefined) {
      const [first] = this.limiter.windows
      const pace = first && first.anchor !== 'calendar' ? new Pace(first.windowMs, first.limit) : undefined
      caller = { counts: { asked: 0, admitted: 0 }, marks: [], pace, spans: this.limiter.windows.map(() => []) }
      this.#callers.set(id, caller)
    }
    return caller
  }

  /** How the caller's windows stand at a moment, by what the limiter said last. */
  windowsOf(id: string, now: number): readonly Standing[] {
    return this.lanes.map((lane, i) => {
      const { window } = lane
      const span = this.of(id).spans[i]?.at(-1)
      if (span !== undefined && span.end > now)
        return { window, end: span.end, isOpen: true, used: span.levels.at(-1)?.used ?? 0 }
      const end = window.anchor === 'first-hit' ? Number.POSITIVE_INFINITY : boundaryAfter(lane, now)
      return { window, end, isOpen: window.anchor !== 'first-hit', used: 0 }
    })
  }

  #nothing(): number | Record<string, number> {
    const units = this.limiter.windows.flatMap(({ unit }) => (unit === undefined ? [] : [unit]))
    return units.length === 0 ? 0 : Object.fromEntries(units.map((unit) => [unit, 0]))
  }
}

/** Adds a level unless it equals the last one. Above the maximum, every second level is dropped. */
function addLevel(levels: Level[], level: Level): void {
  if (levels.at(-1)?.used === level.used) return
  levels.push(level)
  if (levels.length > MOST_LEVELS) levels.splice(0, levels.length, ...levels.filter((_, i) => i % 2 === 0))
}
