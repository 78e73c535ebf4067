import type { FixedWindow } from '@rl/core'
import type { Answer } from '../src/history/operation.ts'

interface Count {
  used: number
  resetAt: number
}

/** A window of the simulation, with the limit that calls are checked against. */
export interface SimulatedWindow extends FixedWindow {
  readonly limit: number
}

/** Ways in which a store can be wrong. */
export type Bug =
  | 'charges twice'
  | 'forgets a charge'
  | 'counts in two places'
  | 'denies without reason'
  | 'denies and charges'
  | 'charges one window of two'
  | 'charges one window of two when its answer is lost'
  | 'charges twice when its answer is lost'
  | 'refunds into the next window'
  | 'refunds too much'
  | 'moves the end of a window'
  | 'answers from yesterday'
  | 'loses its data'

/** One atomic counter for each identifier and window, as plainly as it can be said. */
export class SimulatedCounters {
  readonly #windows: readonly SimulatedWindow[]
  #counts: (Count | undefined)[]
  /** Another copy, which some bugs count in by turns. */
  #other: (Count | undefined)[]

  constructor(windows: readonly SimulatedWindow[]) {
    this.#windows = windows
    this.#counts = windows.map(() => undefined)
    this.#other = windows.map(() => undefined)
  }

  take(
    cost: number,
    limits: readonly number[],
    now: number,
    bug?: Bug,
  ): { allowed: boolean; windows: Answer['windows'] } {
    const open = this.open(now)
    if (bug === 'counts in two places') [this.#counts, this.#other] = [this.#other, this.#counts]
    const counts = bug === 'counts in two places' ? this.open(now) : open
    const fits = counts.every(({ used }, i) => used + cost <= (limits[i] ?? 0))
    const allowed = fits && bug !== 'denies without reason'
    if (cost > 0 && allowed && bug !== 'forgets a charge') this.#charge(counts, cost)
    if (cost > 0 && allowed && bug === 'charges twice') this.#charge(counts, cost)
    if (cost > 0 && !allowed && bug === 'denies and charges') this.#charge(counts, 1)
    if (cost > 0 && !allowed && bug === 'charges one window of two') this.#charge(counts.slice(0, 1), cost)
    if (bug === 'moves the end of a window') for (const count of counts) count.resetAt += 1
    const told = bug === 'forgets a charge' && allowed ? cost : 0
    return {
      allowed,
      windows: counts.map(({ used, resetAt }, i) => {
        const limit = limits[i] ?? 0
        return { limit, remaining: Math.max(0, limit - used - told), resetAt, resetAfterMs: resetAt - now }
      }),
    }
  }

  /** A take whose answer is lost. */
  takeUnseen(cost: number, limits: readonly number[], now: number, bug?: Bug): void {
    const counts = this.open(now)
    if (!counts.every(({ used }, i) => used + cost <= (limits[i] ?? 0))) return
    this.#charge(bug === 'charges one window of two when its answer is lost' ? counts.slice(0, 1) : counts, cost)
    if (bug === 'charges twice when its answer is lost') this.#charge(counts, cost)
  }

  refund(cost: number, resetAts: readonly number[], now: number, bug?: Bug): boolean {
    const units = bug === 'refunds too much' ? cost + 1 : cost
    let given = false
    this.#counts.forEach((count, i) => {
      if (count === undefined || count.resetAt <= now) return
      if (count.resetAt !== resetAts[i] && bug !== 'refunds into the next window') return
      given ||= count.used > 0
      count.used = Math.max(0, count.used - units)
    })
    return given
  }

  reset(): void {
    this.#counts = this.#windows.map(() => undefined)
  }

  /** Each window as it stands, an empty one where none is open. */
  open(now: number): Count[] {
    return this.#windows.map(({ windowMs, anchor }, i) => {
      const count = this.#counts[i]
      if (count !== undefined && count.resetAt > now) return count
      return { used: 0, resetAt: anchor === 'epoch' ? now - (now % windowMs) + windowMs : now + windowMs }
    })
  }

  stored(now: number): ({ used: number; resetAt: number; ttlMs: number } | undefined)[] {
    return this.#counts.map((count) =>
      count !== undefined && count.resetAt > now ? { ...count, ttlMs: count.resetAt - now } : undefined,
    )
  }

  #charge(counts: readonly Count[], cost: number): void {
    counts.forEach((count, i) => {
      count.used += cost
      this.#counts[i] = count
    })
  }
}
