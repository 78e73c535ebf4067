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
  const cumulative: number[] = []
  let sum = 0
  for (let rank = 1; rank <= count; rank++) {
    sum += rank ** -s
    cumulative.push(sum)
  }
  const random = generator(1)
  return {
    ids: identifiers(count),
    picks: Uint32Array.from({ length: DRAWS }, () => place(cumulative, random() * sum)),
  }
}

/** Any of them, as likely as the others. */
export function uniform(ids: readonly string[]): Shape {
  const random = generator(2)
  return { ids, picks: Uint32Array.from({ length: 4 * DRAWS }, () => Math.floor(random() * ids.length)) }
}

/** The first place whose cumulative weight is above `weight`. */
function place(cumulative: readonly number[], weight: number): number {
  let low = 0
  let high = cumulative.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cumulative[middle] ?? 0) > weight) high = middle
    else low = middle + 1
  }
  return low
}

/** Numbers from 0 up to 1, the same from the same seed: the Park–Miller generator. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
