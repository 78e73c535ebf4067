import type { WaitQueueSettings } from './options.ts'

/** Calls and units that wait in all lines of a queue. */
export class Room {
  readonly #settings: WaitQueueSettings
  readonly #units: number[]
  #calls = 0

  constructor(settings: WaitQueueSettings, windows: number) {
    this.#settings = settings
    this.#units = new Array<number>(windows).fill(0)
  }

  /** Calls that wait now. */
  get calls(): number {
    return this.#calls
  }

  /** @returns whether there was room for one more call. */
  enter(costs: readonly number[]): boolean {
    const { maxCalls, maxUnits } = this.#settings
    if (this.#calls >= maxCalls || this.#units.some((units, i) => units + (costs[i] ?? 0) > maxUnits)) return false
    this.#add(1, costs)
    return true
  }

  leave(costs: readonly number[]): void {
    this.#add(-1, costs)
  }

  #add(calls: 1 | -1, costs: readonly number[]): void {
    this.#calls += calls
    addTo(this.#units, costs, calls)
  }
}

/** Adds costs to a sum for each window. */
export function addTo(sums: number[], costs: readonly number[], times = 1): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + times * (costs[i] ?? 0)
}
