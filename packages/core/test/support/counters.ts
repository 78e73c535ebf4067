import { counterKey, counterName } from '../../src/identity/index.ts'
import {
  type AdjustedWindow,
  type AdjustReply,
  type Clear,
  type CounterState,
  type CounterWindow,
  type Operation,
  type Outside,
  type Reply,
  StoreError,
  type Take,
  type TakeReply,
  type Window,
} from '../../src/index.ts'

interface Counter {
  used: number
  readonly resetAt: number
  readonly generation: number
}

type Adjustment = Extract<Operation, { kind: 'adjust' }>

/** The contract as a plain model: a map of counters, and one clock that stands still until it is moved. */
export class Counters {
  readonly #clock: () => number
  readonly #open: Map<string, Counter> = new Map()
  readonly #tokens: Map<string, AdjustReply> = new Map()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  apply(operation: Operation): Reply | Error {
    if (operation.kind === 'take') return this.#take(operation)
    return operation.kind === 'adjust' ? this.#adjust(operation) : this.#clear(operation)
  }

  #take(take: Take): TakeReply | Outside {
    const { windows, costs, times } = take
    const now = this.#clock()
    if (windows.some((window) => endOf(window, now) === undefined)) return { outside: true, now }
    const before = windows.map((window) => this.#state(take, window, now))
    const rooms = windows.map(({ limit }, i) => roomFor(costs[i] ?? 0, limit, before[i]?.used ?? 0))
    const timesTaken = Math.min(times, ...rooms)
    const after = before.map((state, i) => ({ ...state, used: state.used + timesTaken * (costs[i] ?? 0) }))
    if (timesTaken > 0 && costs.some((cost) => cost > 0)) {
      windows.forEach((window, i) => {
        this.#open.set(nameOf(take, window), { ...(after[i] as CounterState) })
      })
    }
    return { timesTaken, now, windows: after }
  }

  #adjust(adjustment: Adjustment): AdjustReply | Error {
    const { token, windows } = adjustment
    const now = this.#clock()
    const tokenKey = token && `${counterKey(adjustment)}#${token.id}`
    const first = tokenKey === undefined ? undefined : this.#tokens.get(tokenKey)
    if (first !== undefined) return { ...first, repeated: true }
    const counters = windows.map((window) => {
      const counter = this.#counter(adjustment, window, now)
      return counter?.resetAt === window.resetAt && counter.generation === window.generation ? counter : undefined
    })
    if (token !== undefined && token.until <= now && counters.some((counter) => counter !== undefined)) {
      return new StoreError('the token has expired', { outcome: 'not-executed' })
    }
    const results = windows.map((window: AdjustedWindow, i) => {
      const counter = counters[i]
      if (counter === undefined) return 'ended'
      const applied = Math.max(window.change, -counter.used) + 0
      counter.used += applied
      return { applied, used: counter.used }
    })
    const reply: AdjustReply = { now, repeated: false, windows: results }
    if (tokenKey !== undefined) this.#tokens.set(tokenKey, reply)
    return reply
  }

  #clear(clear: Clear): Reply {
    const now = this.#clock()
    for (const window of clear.windows) {
      const name = nameOf(clear, window)
      const counter = this.#counter(clear, window, now)
      if (counter === undefined || window.anchor === 'first-hit') this.#open.delete(name)
      else this.#open.set(name, { ...counter, used: 0, generation: counter.generation + 1 })
    }
    return { now }
  }

  #state(take: Take, window: Window, now: number): CounterState {
    const counter = this.#counter(take, window, now)
    return counter === undefined ? { used: 0, resetAt: endOf(window, now) ?? 0, generation: 0 } : { ...counter }
  }

  #counter(operation: Operation, window: CounterWindow, now: number): Counter | undefined {
    const counter = this.#open.get(nameOf(operation, window))
    return counter === undefined || counter.resetAt <= now ? undefined : counter
  }
}

function nameOf(operation: Operation, window: CounterWindow): string {
  return `${counterKey(operation)} ${counterName(window)}`
}

/** When a window that opens now ends; undefined outside of calendar boundaries. */
function endOf(window: Window, now: number): number | undefined {
  if (window.anchor === 'first-hit') return Math.min(now + window.windowMs, Number.MAX_SAFE_INTEGER)
  if (window.anchor === 'epoch') {
    return Math.min((Math.floor(now / window.windowMs) + 1) * window.windowMs, Number.MAX_SAFE_INTEGER)
  }
  if (window.anchor !== 'calendar') throw new Error(`no such anchor: ${window.anchor}`)
  const [first = 0] = window.ends
  return now < first ? undefined : window.ends.find((end) => end > now)
}

function roomFor(cost: number, limit: number, used: number): number {
  if (cost > 0) return Math.max(0, Math.floor((limit - used) / cost))
  return used > limit ? 0 : Number.POSITIVE_INFINITY
}
