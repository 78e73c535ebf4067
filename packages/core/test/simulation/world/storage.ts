import type {
  Adjustment,
  AdjustReply,
  Clear,
  CounterState,
  CounterWindow,
  Operation,
  Reply,
  Take,
} from '../../../src/index.ts'
import type { Scheduler } from './scheduler.ts'

/** A counter's state from a moment of the process's clock on. */
export interface Change {
  readonly since: number
  readonly used: number
  readonly resetAt: number
}

/** The effect of an operation. */
export interface Execution {
  /** The counters as they stood before. */
  readonly before: readonly CounterState[]
  readonly reply: Reply | Error
}

/** Counters, as plainly as possible. */
export class Storage {
  readonly #scheduler: Scheduler
  readonly #counters: Map<string, CounterState> = new Map()
  readonly #changes: Map<string, Change[]> = new Map()
  readonly #tokens: Map<string, AdjustReply> = new Map()
  /** The storage's clock less the process's. */
  offsetMs: number

  constructor(scheduler: Scheduler, offsetMs: number) {
    this.#scheduler = scheduler
    this.offsetMs = offsetMs
  }

  get now(): number {
    return Math.floor(this.#scheduler.now + this.offsetMs)
  }

  execute(operation: Operation): Execution {
    const { now } = this
    const before = operation.windows.map((window) => this.#read(operation, window, now))
    if (operation.kind === 'take') return { before, reply: this.#take(operation, before, now) }
    if (operation.kind === 'adjust') return { before, reply: this.#adjust(operation, before, now) }
    return { before, reply: this.#clear(operation, before, now) }
  }

  /** The states of a counter, oldest first. Before the first change it was empty. */
  changesOf(scope: string, id: string, window: CounterWindow): readonly Change[] {
    return this.#changes.get(keyOf(scope, id, window)) ?? []
  }

  #take({ scope, id, windows, costs, times }: Take, before: readonly CounterState[], now: number): Reply {
    let timesTaken = times
    windows.forEach(({ limit }, i) => {
      const { used } = before[i] as CounterState
      const cost = costs[i] as number
      if (used > limit) timesTaken = 0
      else if (cost > 0) timesTaken = Math.min(timesTaken, Math.floor((limit - used) / cost))
    })
    const after = before.map((state, i) => ({ ...state, used: state.used + timesTaken * (costs[i] as number) }))
    if (timesTaken > 0 && costs.some((cost) => cost > 0)) {
      windows.forEach((window, i) => {
        this.#write(scope, id, window, after[i])
      })
    }
    return { timesTaken, now, windows: after }
  }

  #adjust({ scope, id, windows, token }: Adjustment, before: readonly CounterState[], now: number): Reply | Error {
    const tokenKey = `${scope} ${id} ${token?.id}`
    const known = this.#tokens.get(tokenKey)
    if (token !== undefined && known !== undefined && now < token.until) return { ...known, now, repeated: true }
    const results = windows.map((window, i) => {
      const state = before[i] as CounterState
      const isOpen = this.#counters.has(keyOf(scope, id, window))
      if (!isOpen || state.resetAt !== window.resetAt || state.generation !== window.generation) return 'ended'
      const used = Math.max(0, state.used + window.change)
      this.#write(scope, id, window, { ...state, used })
      return { applied: used - state.used, used }
    })
    const reply: AdjustReply = { now, repeated: false, windows: results }
    if (token !== undefined) this.#tokens.set(tokenKey, reply)
    return reply
  }

  #clear({ scope, id, windows }: Clear, before: readonly CounterState[], now: number): Reply {
    windows.forEach((window, i) => {
      const state = before[i] as CounterState
      if (!this.#counters.has(keyOf(scope, id, window))) return
      const cleared = { ...state, used: 0, generation: state.generation + 1 }
      this.#write(scope, id, window, window.anchor === 'first-hit' ? undefined : cleared)
    })
    return { now }
  }

  #read({ scope, id }: Operation, window: CounterWindow, now: number): CounterState {
    const key = keyOf(scope, id, window)
    const state = this.#counters.get(key)
    if (state !== undefined && state.resetAt > now) return state
    this.#counters.delete(key)
    if (window.anchor === 'calendar') throw new Error('no calendars here')
    const { windowMs, anchor } = window
    const resetAt = anchor === 'epoch' ? now - (now % windowMs) + windowMs : now + windowMs
    return { used: 0, resetAt, generation: 0 }
  }

  #write(scope: string, id: string, window: CounterWindow, state: CounterState | undefined): void {
    const key = keyOf(scope, id, window)
    if (state === undefined) this.#counters.delete(key)
    else this.#counters.set(key, state)
    const change = { since: this.#scheduler.now, used: state?.used ?? 0, resetAt: state?.resetAt ?? 0 }
    const changes = this.#changes.get(key)
    if (changes === undefined) this.#changes.set(key, [change])
    else changes.push(change)
  }
}

function keyOf(scope: string, id: string, window: CounterWindow): string {
  return window.anchor === 'calendar' ? '' : `${scope} ${id} ${window.unit} ${window.anchor} ${window.windowMs}`
}
