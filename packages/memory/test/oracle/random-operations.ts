import type { AdjustedWindow, Operation, Take, TakeReply, Window } from '@rl/core'
import { calendar, T0 } from '../support.ts'

/** A seeded generator of numbers from 0 to below 1. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const LONG = 'x'.repeat(200)
export const IDS: readonly string[] = ['a', 'b', '__proto__', 'é', `${LONG}1`, `${LONG}2`]
export const SCOPES: readonly string[] = ['api', 'app', 'a:p']
/** Boundaries of two limiters that do not agree, for the same counter. */
const BOUNDARIES = [0, 700].map((offset) => Array.from({ length: 12 }, (_, i) => T0 - 4000 + offset + 1500 * i))

/** Random operations about few counters, so that they meet. Adjustments go to what takes were answered with. */
export class RandomOperations {
  readonly #random: () => number
  #answered: { readonly take: Take; readonly reply: TakeReply }[] = []

  constructor(random: () => number) {
    this.#random = random
  }

  next(now: number): Operation {
    const kind = this.#pick(10)
    if (kind < 6) return this.#take()
    return (kind < 9 && this.#adjustment(now)) || { ...this.#take(), kind: 'clear' }
  }

  learn(take: Take, reply: TakeReply): void {
    this.#answered = [...this.#answered.slice(-19), { take, reply }]
  }

  #take(): Take {
    const all: Window[] = [
      { anchor: 'epoch', windowMs: 1000, limit: 5 },
      { anchor: 'epoch', windowMs: 1000, limit: 8, unit: 'tokens' },
      { anchor: 'first-hit', windowMs: 1000, limit: 5 },
      { anchor: 'first-hit', windowMs: 300, limit: 3 },
      calendar(6, this.#oneOf(BOUNDARIES), 2000),
    ]
    const windows = all
      .filter(() => this.#pick(5) < 2)
      .map((window) => ({ ...window, limit: this.#pick(2) * 3 + window.limit }))
    if (windows.length === 0) return this.#take()
    const costs = windows.map(() => this.#pick(4))
    return { kind: 'take', scope: this.#oneOf(SCOPES), id: this.#oneOf(IDS), windows, costs, times: 1 + this.#pick(3) }
  }

  #adjustment(now: number): Operation | undefined {
    const { take, reply } = this.#answered[this.#pick(this.#answered.length)] ?? {}
    if (take === undefined) return undefined
    const windows = take.windows.map((window, i): AdjustedWindow => {
      const { resetAt = 0, generation = 0 } = reply?.windows[i] ?? {}
      const change = this.#pick(40) === 0 ? Number.MAX_SAFE_INTEGER - this.#pick(4) : this.#pick(12) - 7
      return { ...window, resetAt, generation: generation + (this.#pick(8) === 0 ? 1 : 0), change: change + 0 }
    })
    const token = this.#pick(2) === 0 ? undefined : { id: `t${this.#pick(6)}`, until: now - 100 + this.#pick(1000) }
    return { kind: 'adjust', scope: take.scope, id: take.id, windows, token }
  }

  #pick(count: number): number {
    return Math.floor(this.#random() * count)
  }

  #oneOf<T>(items: readonly T[]): T {
    return items[this.#pick(items.length)] as T
  }
}
