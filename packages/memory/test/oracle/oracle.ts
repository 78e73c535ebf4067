import type { Adjustment, AdjustReply, Clear, CounterState, Operation, Reply, Take, Window } from '@rl/core'
import { counterName } from '@rl/core/keys'

/** The contract, written for reading only: each operation looks through everything. */
export class Oracle {
  #counters: ReadonlyMap<string, CounterState> = new Map()
  #tokens: ReadonlyMap<string, { readonly until: number; readonly windows: AdjustReply['windows'] }> = new Map()

  /** Identifiers and tokens. */
  get size(): number {
    const identifiers = [...this.#counters.keys()].map((name) => JSON.stringify(JSON.parse(name).slice(0, 2)))
    return new Set(identifiers).size + this.#tokens.size
  }

  answer(operation: Operation, now: number): Reply | 'not-executed' {
    this.#counters = new Map([...this.#counters].filter(([, { resetAt }]) => resetAt > now))
    this.#tokens = new Map([...this.#tokens].filter(([, { until }]) => until > now))
    switch (operation.kind) {
      case 'take':
        return this.#take(operation, now)
      case 'adjust':
        return this.#adjust(operation, now)
      case 'clear':
        return this.#clear(operation, now)
    }
  }

  #take(take: Take, now: number): Reply {
    const ends = take.windows.map((window) => endOf(window, now))
    if (ends.some(({ end }) => end === undefined)) return { outside: true, now }
    const before = take.windows.map((window, i): CounterState => {
      const { end = 0, latest } = ends[i] ?? { latest: 0 }
      const state = this.#counters.get(nameOf(take, window))
      if (state === undefined) return { used: 0, resetAt: end, generation: 0 }
      return state.resetAt > latest ? { ...state, resetAt: end } : state
    })
    let timesTaken = 0
    const fits = (times: number): boolean =>
      take.windows.every(({ limit }, i) => (before[i]?.used ?? 0) + times * (take.costs[i] ?? 0) <= limit)
    while (timesTaken < take.times && fits(timesTaken + 1)) timesTaken++
    const after = before.map((state, i) => ({ ...state, used: state.used + timesTaken * (take.costs[i] ?? 0) }))
    const opens = timesTaken > 0 && take.costs.some((cost) => cost > 0)
    const counters = new Map(this.#counters)
    for (const [i, window] of take.windows.entries()) {
      const name = nameOf(take, window)
      if (opens || counters.has(name)) counters.set(name, after[i] as CounterState)
    }
    this.#counters = counters
    return { timesTaken, now, windows: after }
  }

  #adjust(adjustment: Adjustment, now: number): Reply | 'not-executed' {
    const { token } = adjustment
    const tokenName = JSON.stringify([adjustment.scope, adjustment.id, token?.id])
    const first = this.#tokens.get(tokenName)
    if (token !== undefined && first !== undefined) return { now, repeated: true, windows: first.windows }
    const counters = new Map(this.#counters)
    const windows = adjustment.windows.map((window) => {
      const state = counters.get(nameOf(adjustment, window))
      if (state?.resetAt !== window.resetAt || state.generation !== window.generation) return 'ended'
      const used = Math.max(0, state.used + window.change)
      counters.set(nameOf(adjustment, window), { ...state, used })
      return { applied: used - state.used, used }
    })
    if (windows.some((window) => window !== 'ended' && window.used > Number.MAX_SAFE_INTEGER)) return 'not-executed'
    if (token !== undefined && windows.some((window) => window !== 'ended')) {
      if (token.until <= now) return 'not-executed'
      this.#tokens = new Map(this.#tokens).set(tokenName, { until: token.until, windows })
    }
    this.#counters = counters
    return { now, repeated: false, windows }
  }

  #clear(clear: Clear, now: number): Reply {
    const counters = new Map(this.#counters)
    for (const window of clear.windows) {
      const name = nameOf(clear, window)
      const state = counters.get(name)
      if (state === undefined) continue
      if (window.anchor === 'first-hit') counters.delete(name)
      else counters.set(name, { ...state, used: 0, generation: state.generation + 1 })
    }
    this.#counters = counters
    return { now }
  }
}

function nameOf({ scope, id }: Operation, window: Parameters<typeof counterName>[0]): string {
  return JSON.stringify([scope, id, counterName(window)])
}

/** When a window that opens now ends, and the latest end that a stored one may have. */
function endOf(window: Window, now: number): { readonly end: number | undefined; readonly latest: number } {
  if (window.anchor === 'calendar') {
    const isInside = (window.ends[0] ?? 0) <= now
    return { end: isInside ? window.ends.find((end) => end > now) : undefined, latest: now + window.longestMs }
  }
  const { windowMs } = window
  const end = window.anchor === 'epoch' ? (Math.floor(now / windowMs) + 1) * windowMs : now + windowMs
  return { end, latest: end }
}
