import {
  type Adjustment,
  type AdjustReply,
  type Clear,
  type CounterState,
  type CounterWindow,
  type Operation,
  type Reply,
  StoreError,
  type Take,
  type Window,
} from '@rl/core'
import { counterName } from '@rl/core/keys'

/** All that is stored of one identifier. */
export interface Stored {
  /** By counter name. */
  readonly counters: Map<string, CounterState>
  /** Results of adjustments by their tokens. */
  readonly tokens: Map<string, { readonly until: number; readonly windows: AdjustReply['windows'] }>
}

/** Answers one operation at `now`, and changes what is stored: not at all if it throws or nothing is taken. */
export function answer(stored: Stored, operation: Operation, now: number): Reply {
  if (operation.kind === 'take') return take(stored, operation, now)
  return operation.kind === 'adjust' ? adjust(stored, operation, now) : clear(stored, operation, now)
}

function take({ counters }: Stored, { windows, costs, times }: Take, now: number): Reply {
  const states: CounterState[] = []
  let timesTaken = times
  for (const [i, window] of windows.entries()) {
    const resetAt = endOf(window, now)
    if (resetAt === undefined) return { outside: true, now }
    const open = openCounter(counters, window, now) ?? { used: 0, resetAt, generation: 0 }
    const isTooLate = window.anchor === 'calendar' && open.resetAt > now + window.longestMs
    const state = isTooLate ? { ...open, resetAt } : open
    const [free, cost] = [window.limit - state.used, costs[i] ?? 0]
    if (free < 0) timesTaken = 0
    else if (cost > 0) timesTaken = Math.min(timesTaken, (free - (free % cost)) / cost)
    states.push(state)
  }
  const after = states.map((state, i) => ({ ...state, used: state.used + timesTaken * (costs[i] ?? 0) }))
  if (timesTaken > 0 && costs.some((cost) => cost > 0)) {
    for (const [i, state] of after.entries()) counters.set(counterName(windows[i] as Window), state)
  }
  return { timesTaken, now, windows: after }
}

function adjust({ counters, tokens }: Stored, { windows, token }: Adjustment, now: number): Reply {
  const first = token && tokens.get(token.id)
  if (first !== undefined && first.until > now) return { now, repeated: true, windows: first.windows }
  const changed = new Map<string, CounterState>()
  const results = windows.map((window) => {
    const state = openCounter(counters, window, now)
    if (state?.resetAt !== window.resetAt || state.generation !== window.generation) return 'ended'
    if (window.change > Number.MAX_SAFE_INTEGER - state.used) throw new RangeError('used would exceed 2^53-1')
    const used = Math.max(0, state.used + window.change)
    changed.set(counterName(window), { ...state, used })
    return { applied: used - state.used, used }
  })
  if (token !== undefined && changed.size > 0) {
    if (token.until <= now) throw new StoreError('the token is stale', { outcome: 'not-executed' })
    tokens.set(token.id, { until: token.until, windows: results })
  }
  for (const [name, state] of changed) counters.set(name, state)
  return { now, repeated: false, windows: results }
}

function clear({ counters }: Stored, { windows }: Clear, now: number): Reply {
  for (const window of windows) {
    const state = openCounter(counters, window, now)
    if (state === undefined || window.anchor === 'first-hit') counters.delete(counterName(window))
    else counters.set(counterName(window), { ...state, used: 0, generation: state.generation + 1 })
  }
  return { now }
}

function openCounter(counters: Stored['counters'], window: CounterWindow, now: number): CounterState | undefined {
  const state = counters.get(counterName(window))
  return state !== undefined && state.resetAt > now ? state : undefined
}

/** When a window that opens at `now` ends. `undefined`: the clock lies outside its boundaries. */
function endOf(window: Window, now: number): number | undefined {
  if (window.anchor === 'calendar') {
    return now < (window.ends[0] ?? 0) ? undefined : window.ends.find((end) => end > now)
  }
  const { windowMs, anchor } = window
  return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
}
