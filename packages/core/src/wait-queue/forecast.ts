import type { Window } from '../contract/windows.ts'
import type { Request } from '../decision/call.ts'
import type { Allowed, Decision, Denied } from '../decision/types.ts'

/** The latest answer about an identifier. */
export interface Figures {
  readonly decision: Decision
  /** The calls that were asked. */
  readonly request: Request
  /** By the clock that `now` is read from below. */
  readonly receivedAt: number
}

/** How long a call waits at least. */
export interface Forecast {
  /** 0 if it may be admitted now, `Infinity` if it never can. */
  readonly waitMs: number
  /** The window that is in the way longest; undefined if there is none, or nobody knows. */
  readonly window: number | undefined
}

/**
 * How long a call waits at least until the calls before it are admitted and it fits, too. As if nobody else took units: other
 * processes, and units that no whole call fits into, make it longer. Refunds make it shorter.
 *
 * @param ahead For each window, the units of the calls before it.
 */
export function forecast(figures: Figures, ahead: readonly number[], request: Request, now: number): Forecast {
  const { decision, receivedAt } = figures
  const elapsed = now - receivedAt
  if (decision.source === 'failure-policy') {
    return { waitMs: decision.allowed ? 0 : timeLeft(decision.retryAfterMs, elapsed), window: undefined }
  }
  let waitMs = 0
  let window: number | undefined
  for (let i = 0; i < decision.windows.length; i++) {
    const wait = waitIn(i, figures, decision, ahead[i] ?? 0, request, elapsed)
    if (wait > waitMs) {
      waitMs = wait
      window = i
    }
  }
  // A call like it was denied: that holds whatever the figures seem to say.
  if (!decision.allowed && isAlike(request, figures.request)) {
    waitMs = Math.max(waitMs, timeLeft(Math.max(1, decision.retryAfterMs), elapsed))
  }
  return { waitMs, window }
}

/** When the window that is in the way ends, by the store's clock; undefined if nobody knows. */
export function edgeOf({ decision }: Figures, { window }: Forecast): number | undefined {
  if (decision.source === 'failure-policy') return undefined
  return window === undefined ? decision.resetAt : decision.windows[window]?.resetAt
}

/** Denies a call by what was learnt about its identifier before. */
export function denial(
  figures: Figures,
  ahead: readonly number[],
  request: Request,
  id: string,
  now: number,
): Decision {
  const { decision } = figures
  const { cost, costs } = request
  const { waitMs, window } = forecast(figures, ahead, request, now)
  const retryAfterMs = Math.max(1, Math.ceil(waitMs))
  if (decision.source === 'failure-policy') {
    return { allowed: false, id, cost, retryAfterMs, source: 'failure-policy', error: decision.error }
  }
  const elapsed = Math.floor(now - figures.receivedAt)
  const windows = decision.windows.map((each, i) => {
    const limit = limitOf(i, figures, decision, request)
    const remaining = Math.max(0, freeIn(i, decision, limit, elapsed) - (ahead[i] ?? 0))
    return { ...each, cost: costs[i] ?? 0, limit, remaining, resetAfterMs: Math.max(1, each.resetAfterMs - elapsed) }
  })
  const { limit, remaining, resetAt, resetAfterMs } = windows[window ?? 0] ?? decision
  const figure = { limit, remaining, resetAt, resetAfterMs, retryAfterMs, windows }
  return { allowed: false, id, cost, ...figure, source: 'wait-queue' }
}

/** How many equal calls a window that has just begun can admit. */
export function callsPerWindow({ windows, costs }: Request): number {
  const each = windows.map(({ limit }, i) => {
    const cost = costs[i] ?? 0
    return cost === 0 ? Number.POSITIVE_INFINITY : Math.floor(limit / cost)
  })
  return Math.max(1, Math.min(...each))
}

/** Whether two calls ask for the same, so that they may share a take. */
export function isAlike(one: Request, other: Request): boolean {
  if (one === other) return true
  return one.windows === other.windows && one.costs.every((cost, i) => cost === other.costs[i])
}

function waitIn(
  i: number,
  figures: Figures,
  decision: Allowed | Denied,
  ahead: number,
  request: Request,
  elapsed: number,
): number {
  const limit = limitOf(i, figures, decision, request)
  const cost = request.costs[i] ?? 0
  if (cost > limit) return Number.POSITIVE_INFINITY
  const lacking = ahead + cost - freeIn(i, decision, limit, elapsed)
  if (lacking <= 0) return 0
  const further = Math.ceil(lacking / limit) - 1
  const resetAfterMs = decision.windows[i]?.resetAfterMs ?? 0
  return timeLeft(resetAfterMs, elapsed) + further * shortestOf(request.windows[i])
}

/** Units that can be taken now. */
function freeIn(i: number, decision: Allowed | Denied, limit: number, elapsed: number): number {
  const window = decision.windows[i]
  if (window === undefined || elapsed >= window.resetAfterMs) return limit
  return limit - (window.limit - window.remaining)
}

/** The limiter's own limit is the one that was applied: a fallback store applies a share. */
function limitOf(i: number, figures: Figures, decision: Allowed | Denied, request: Request): number {
  const limits = request.windows === figures.request.windows ? decision.windows : request.windows
  return limits[i]?.limit ?? 0
}

/** No period of a calendar is much shorter than half of the longest. */
function shortestOf(window: Window | undefined): number {
  if (window === undefined) return 0
  return window.anchor === 'calendar' ? window.longestMs / 2 : window.windowMs
}

function timeLeft(ms: number, elapsed: number): number {
  return Math.max(0, ms - elapsed)
}
