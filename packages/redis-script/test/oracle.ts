import type {
  Adjusted,
  Adjustment,
  AdjustReply,
  Clear,
  CounterState,
  CounterWindow,
  Operation,
  Reply,
  Take,
  Window,
} from '@rl/core'
import { counterName } from '@rl/core/keys'

const MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** The contract for one identifier at a time, as plainly as possible. */
export class Oracle {
  readonly counters: Map<string, CounterState> = new Map()
  readonly #tokens = new Map<string, { readonly until: number; readonly windows: AdjustReply['windows'] }>()

  /** The answer at `now`; `'error'` for an operation that fails. */
  answer(operation: Operation, now: number): Reply | 'error' {
    if (operation.kind === 'take') return this.#take(operation, now)
    return operation.kind === 'adjust' ? this.#adjust(operation, now) : this.#clear(operation, now)
  }

  /** Counters that are open. */
  open(id: string, now: number): Record<string, CounterState> {
    const own = [...this.counters].filter(([key, { resetAt }]) => key.startsWith(`${id} `) && resetAt > now)
    return Object.fromEntries(own.map(([key, state]) => [key.slice(id.length + 1), state]))
  }

  #take({ id, windows, costs, times }: Take, now: number): Reply {
    const fresh = windows.map((window) => freshEnd(window, now))
    if (fresh.includes(undefined)) return { outside: true, now }
    let k = BigInt(times)
    const states = windows.map((window, w): CounterState => {
      const resetAt = fresh[w] as number
      const state = this.#open(id, window, now) ?? { used: 0, resetAt, generation: 0 }
      const free = BigInt(window.limit) - BigInt(state.used)
      const cost = BigInt(costs[w] as number)
      if (free < 0n) k = 0n
      else if (cost > 0n && free / cost < k) k = free / cost
      return state.resetAt > latestEnd(window, now) ? { ...state, resetAt } : state
    })
    const after = states.map((state, w) => ({
      ...state,
      used: Number(BigInt(state.used) + k * BigInt(costs[w] as number)),
    }))
    const opens = k > 0n && costs.some((cost) => cost > 0)
    windows.forEach((window, w) => {
      // An end that is too late is healed even where nothing is taken.
      if (opens || this.#open(id, window, now)) this.counters.set(nameOf(id, window), after[w] as CounterState)
    })
    return { timesTaken: Number(k), now, windows: after }
  }

  #adjust({ id, windows, token }: Adjustment, now: number): Reply | 'error' {
    const first = this.#tokens.get(`${id} ${token?.id}`)
    if (first !== undefined && first.until > now) return { now, repeated: true, windows: first.windows }
    const changed = new Map<string, CounterState>()
    const results: (Adjusted | 'ended')[] = []
    for (const window of windows) {
      const state = this.#open(id, window, now)
      if (state?.resetAt !== window.resetAt || state.generation !== window.generation) {
        results.push('ended')
        continue
      }
      if (BigInt(state.used) + BigInt(window.change) > MAX) return 'error'
      const used = Math.max(0, state.used + window.change)
      results.push({ applied: used - state.used, used })
      changed.set(nameOf(id, window), { ...state, used })
    }
    if (token !== undefined && changed.size > 0) {
      if (token.until <= now) return 'error'
      this.#tokens.set(`${id} ${token.id}`, { until: token.until, windows: results })
    }
    for (const [name, state] of changed) this.counters.set(name, state)
    return { now, repeated: false, windows: results }
  }

  #clear({ id, windows }: Clear, now: number): Reply {
    for (const window of windows) {
      const state = this.#open(id, window, now)
      if (state === undefined || window.anchor === 'first-hit') this.counters.delete(nameOf(id, window))
      else this.counters.set(nameOf(id, window), { ...state, used: 0, generation: state.generation + 1 })
    }
    return { now }
  }

  #open(id: string, window: CounterWindow, now: number): CounterState | undefined {
    const state = this.counters.get(nameOf(id, window))
    return state !== undefined && state.resetAt > now ? state : undefined
  }
}

function nameOf(id: string, window: CounterWindow): string {
  return `${id} ${counterName(window)}`
}

/** When a window that opens now ends; `undefined` outside of a calendar's ends. */
function freshEnd(window: Window, now: number): number | undefined {
  if (window.anchor === 'calendar') {
    return now < (window.ends[0] as number) ? undefined : window.ends.find((end) => end > now)
  }
  const { anchor, windowMs } = window
  return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
}

function latestEnd(window: Window, now: number): number {
  return window.anchor === 'calendar' ? now + window.longestMs : (freshEnd(window, now) as number)
}
