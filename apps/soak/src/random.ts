import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { mersenne } from 'pure-rand/generator/mersenne'

/** Draws, always the same from the same seed. */
export class Random {
  readonly #next: () => number

  /** @param seed An integer; only its lowest 32 bits count. */
  constructor(seed: number) {
    const generator = mersenne(seed)
    this.#next = () => uniformFloat64(generator)
  }

  /** From 0 up to 1. */
  fraction(): number {
    return this.#next()
  }

  /** An integer from `min` to `max`. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.#next() * (max - min + 1))
  }

  chance(probability: number): boolean {
    return this.#next() < probability
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[Math.floor(this.#next() * items.length)] ?? items[0]
  }

  /** Another source of draws, independent of how many are drawn here later. */
  fork(): Random {
    return new Random(this.integer(0, 0x7fff_ffff))
  }
}

/** Draws places from 0 on, the n-th (from 1) in proportion to 1 / n^s. */
export function zipf(count: number, s: number): (random: Random) => number {
  const cumulative: number[] = []
  let sum = 0
  for (let rank = 1; rank <= count; rank++) {
    sum += rank ** -s
    cumulative.push(sum)
  }
  return (random) => {
    const drawn = random.fraction() * sum
    return cumulative.findIndex((upTo) => drawn < upTo)
  }
}
