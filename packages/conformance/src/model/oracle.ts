import type {
  Adjustment,
  AdjustReply,
  Clear,
  CounterState,
  CounterWindow,
  Operation,
  Reply,
  Subject,
  Take,
  Window,
} from '@rl/core'

/** All that a storage knows. Nothing here changes what it is given. */
export interface Known {
  readonly counters: ReadonlyMap<string, CounterState>
  readonly tokens: ReadonlyMap<string, { readonly until: number; readonly windows: AdjustReply['windows'] }>
}

export const NOTHING_KNOWN: Known = { counters: new Map(), tokens: new Map() }

/** A reply or `'error'`, and what is known afterwards. */
interface Answer {
  readonly reply: Reply | 'error'
  readonly known: Known
}

/** The contract as plainly as possible: the answer to one operation at `now`. */
export function answer(known: Known, operation: Operation, now: number): Answer {
  if (operation.kind === 'take') return take(known, operation, now)
  return operation.kind === 'adjust' ? adjust(known, operation, now) : clear(known, operation, now)
}

function take(known: Known, { scope, id, windows, costs, times }: Take, now: number): Answer {
  const ends = windows.map((window) => endOf(window, now))
  if (ends.includes(undefined)) return { reply: { outside: true, now }, known }

  const before = windows.map((window, i) => {
    const state = openCounter(known, { scope, id }, window, now)
    const resetAt = ends[i] as number
    if (state === undefined) return { used: 0, resetAt, generation: 0 }
    return state.resetAt > latestEnd(window, now) ? { ...state, resetAt } : state
  })
  const fitting = windows.map(({ limit }, i) => timesThatFit(limit, before[i]?.used ?? 0, costs[i] ?? 0, times))
  const timesTaken = Math.min(...fitting)
  const after = before.map((state, i) => ({ ...state, used: state.used + timesTaken * (costs[i] ?? 0) }))

  const counters = new Map(known.counters)
  if (timesTaken > 0 && costs.some((cost) => cost > 0)) {
    for (const [i, window] of windows.entries()) counters.set(nameOf({ scope, id }, window), after[i] as CounterState)
  }
  return { reply: { timesTaken, now, windows: after }, known: { ...known, counters } }
}

function adjust(known: Known, { scope, id, windows, token }: Adjustment, now: number): Answer {
  const tokenName = JSON.stringify([scope, id, token?.id])
  const first = known.tokens.get(tokenName)
  if (token !== undefined && first !== undefined && first.until > now) {
    return { reply: { now, repeated: true, windows: first.windows }, known }
  }

  const counters = new Map(known.counters)
  const results: ({ applied: number; used: number } | 'ended')[] = []
  for (const window of windows) {
    const state = openCounter(known, { scope, id }, window, now)
    if (state === undefined || state.resetAt !== window.resetAt || state.generation !== window.generation) {
      results.push('ended')
      continue
    }
    if (BigInt(state.used) + BigInt(window.change) > Number.MAX_SAFE_INTEGER) return { reply: 'error', known }
    const used = Math.max(0, state.used + window.change)
    results.push({ applied: used - state.used, used })
    counters.set(nameOf({ scope, id }, window), { ...state, used })
  }

  const tokens = new Map(known.tokens)
  if (token !== undefined && results.some((result) => result !== 'ended')) {
    if (token.until <= now) return { reply: 'error', known }
    tokens.set(tokenName, { until: token.until, windows: results })
  }
  return { reply: { now, repeated: false, windows: results }, known: { counters, tokens } }
}

function clear(known: Known, { scope, id, windows }: Clear, now: number): Answer {
  const counters = new Map(known.counters)
  for (const window of windows) {
    const name = nameOf({ scope, id }, window)
    const state = openCounter(known, { scope, id }, window, now)
    if (state === undefined || window.anchor === 'first-hit') counters.delete(name)
    else counters.set(name, { ...state, used: 0, generation: state.generation + 1 })
  }
  return { reply: { now }, known: { ...known, counters } }
}

/** BigInt, as products of cost and times go far beyond 2^53. */
function timesThatFit(limit: number, used: number, cost: number, times: number): number {
  if (used > limit) return 0
  if (cost === 0) return times
  const fitting = BigInt(limit - used) / BigInt(cost)
  return fitting < BigInt(times) ? Number(fitting) : times
}

function openCounter(
  { counters }: Known,
  subject: Subject,
  window: CounterWindow,
  now: number,
): CounterState | undefined {
  const counter = counters.get(nameOf(subject, window))
  return counter !== undefined && counter.resetAt > now ? counter : undefined
}

/** When a window that opens at `now` ends: `undefined` if `now` lies outside its boundaries. */
export function endOf(window: Window, now: number): number | undefined {
  if (window.anchor === 'calendar') {
    const [first = Number.POSITIVE_INFINITY] = window.ends
    return now < first ? undefined : window.ends.find((end) => end > now)
  }
  const { windowMs, anchor } = window
  return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
}

/** A calendar counter that ends later than this has a wrong end. */
function latestEnd(window: Window, now: number): number {
  return window.anchor === 'calendar' ? now + window.longestMs : Number.POSITIVE_INFINITY
}

export function nameOf({ scope, id }: Subject, window: CounterWindow): string {
  const { anchor, unit = '' } = window
  const rest = anchor === 'calendar' ? [window.period, window.timeZone] : [window.windowMs]
  return JSON.stringify([scope, id, unit, anchor, ...rest])
}
