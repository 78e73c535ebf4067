import type { Answer } from './answer.ts'

/** The answers of one window, counted by instance. */
export interface WindowTally {
  readonly resetAt: number
  readonly admitted: readonly number[]
  readonly denied: readonly number[]
}

/** Every recorded answer, by the window it names. */
export class Tally {
  readonly #instances: number
  readonly #windows: Map<number, { resetAt: number; admitted: number[]; denied: number[] }> = new Map()
  /** The latest window that each instance has reported from. */
  readonly #latest: number[]

  constructor(instances: number) {
    this.#instances = instances
    this.#latest = this.#zeros()
  }

  record(instance: number, { allowed, resetAt }: Answer): void {
    let window = this.#windows.get(resetAt)
    if (window === undefined) {
      window = { resetAt, admitted: this.#zeros(), denied: this.#zeros() }
      this.#windows.set(resetAt, window)
    }
    const counts = allowed ? window.admitted : window.denied
    counts[instance] = (counts[instance] ?? 0) + 1
    this.#latest[instance] = Math.max(this.#latest[instance] ?? 0, resetAt)
  }

  /** In the order of time. */
  windows(): readonly WindowTally[] {
    return [...this.#windows.values()].sort((a, b) => a.resetAt - b.resetAt)
  }

  /** Whether all instances have moved on to later windows. */
  isOver({ resetAt }: WindowTally): boolean {
    return this.#latest.every((latest) => latest > resetAt)
  }

  #zeros(): number[] {
    return new Array<number>(this.#instances).fill(0)
  }
}

export function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
