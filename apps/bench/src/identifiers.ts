import { picker, random, zipfShares } from './random.ts'

/** Which identifier the n-th call of all asks for: `ids[picks[n % picks.length]]`. */
export interface Shape {
  readonly ids: readonly string[]
  readonly picks: Uint32Array
}

export function identifiers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `user_${i}`)
}

/** With as many identifiers as callers, each caller keeps to its own. */
export function distinct(count: number): Shape {
  return { ids: identifiers(count), picks: Uint32Array.from({ length: count }, (_, i) => i) }
}

export function oneHot(): Shape {
  return distinct(1)
}

const DRAWS = 1 << 16

/** Rank r is asked for in proportion to 1 / r^s. Drawn in advance, the same in every run. */
export function zipf(count: number, s: number): Shape {
  const pick = picker(zipfShares(count, s), random(1))
  return { ids: identifiers(count), picks: Uint32Array.from({ length: DRAWS }, pick) }
}

/** Any of them, as likely as the others. */
export function uniform(ids: readonly string[]): Shape {
  const draw = random(2)
  return { ids, picks: Uint32Array.from({ length: 4 * DRAWS }, () => Math.floor(draw() * ids.length)) }
}

/**
 * Costs that differ as those of a gateway's calls in tokens: few are large, and those make up much of the sum. Drawn in advance
 * from a Pareto distribution, the same in every run.
 */
export function heavyTailed(least: number, most: number, exponent: number): Uint32Array {
  const draw = random(3)
  return Uint32Array.from({ length: DRAWS }, () => Math.min(most, least * (1 - draw()) ** (-1 / exponent)))
}
