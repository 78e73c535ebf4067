import type { Adjustment, Clear, CounterWindow, Operation, Take, Window } from '@rl/core'
import { counterKey, counterName } from '@rl/core/keys'

const TAKE = 0
const ADJUST = 1
const CLEAR = 2

/** What the function takes: its arguments as SQL literals. Places in arrays count from 1, as in SQL. */
class Arguments {
  /** The operations of each key, in their order. */
  readonly #byKey = new Map<string, number[]>()
  readonly #names = new Map<string, number>()
  readonly #windows: number[] = []
  /** Where the windows of a take begin: takes of one limiter share their array of windows. */
  readonly #sets = new Map<readonly Window[], number>()
  readonly #bounds: number[] = []
  readonly #tokens: string[] = []

  add(operation: Operation, place: number): void {
    const key = counterKey(operation)
    const numbers = this.#byKey.get(key) ?? [0]
    this.#byKey.set(key, numbers)
    ;(numbers[0] as number)++
    numbers.push(place)
    if (operation.kind === 'take') this.#addTake(operation, numbers)
    else if (operation.kind === 'adjust') this.#addAdjustment(operation, numbers)
    else this.#addClear(operation, numbers)
  }

  toString(): string {
    const starts: number[] = []
    const numbers: number[] = []
    for (const own of this.#byKey.values()) {
      starts.push(numbers.length + 1)
      for (const number of own) numbers.push(number)
    }
    const keys = texts(this.#byKey.keys())
    return `${keys},'{${starts}}','{${numbers}}',${texts(this.#names.keys())},'{${this.#windows}}','{${this.#bounds}}',${texts(this.#tokens)}`
  }

  #addTake({ windows, costs, times }: Take, numbers: number[]): void {
    let first = this.#sets.get(windows)
    if (first === undefined) {
      first = this.#windows.length / 6 + 1
      this.#sets.set(windows, first)
      for (const window of windows) this.#addWindow(window)
    }
    numbers.push(TAKE, windows.length, times, first, ...costs)
  }

  #addWindow(window: Window): void {
    const name = this.#nameOf(window)
    if (window.anchor === 'calendar') {
      const from = this.#bounds.length + 1
      for (const end of window.ends) this.#bounds.push(end)
      this.#windows.push(name, window.limit, 2, window.longestMs, from, this.#bounds.length)
    } else {
      this.#windows.push(name, window.limit, window.anchor === 'epoch' ? 0 : 1, window.windowMs, 0, 0)
    }
  }

  #addAdjustment({ windows, token }: Adjustment, numbers: number[]): void {
    const place = token === undefined ? 0 : this.#tokens.push(token.id)
    numbers.push(ADJUST, windows.length, place, token?.until ?? 0)
    for (const window of windows) {
      numbers.push(this.#nameOf(window), window.resetAt, window.generation, window.change)
    }
  }

  #addClear({ windows }: Clear, numbers: number[]): void {
    numbers.push(CLEAR, windows.length)
    for (const window of windows) numbers.push(this.#nameOf(window))
  }

  #nameOf(window: CounterWindow): number {
    const name = counterName(window)
    const place = this.#names.get(name) ?? this.#names.size + 1
    this.#names.set(name, place)
    return place
  }
}

/** The arguments of the function for a list. */
export function encode(operations: readonly Operation[]): string {
  const all = new Arguments()
  operations.forEach((operation, i) => {
    all.add(operation, i + 1)
  })
  return all.toString()
}

/** A literal of `text[]`. Keys, names and tokens are printable ASCII without `"` and `\`. */
function texts(values: Iterable<string>): string {
  const all = Array.from(values, (value) => `"${value}"`).join()
  return `'{${all.replaceAll("'", "''")}}'`
}
