/** Numbers from 0 up to 1, always the same from the same seed (mulberry32). */
export type Random = () => number

export function random(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Shares that sum up to 1: rank r has a share in proportion to 1 / r^s. With s = 0 all have the same. */
export function zipfShares(count: number, s: number): readonly number[] {
  const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -s)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** Draws places with these shares. */
export function picker(shares: readonly number[], random: Random): () => number {
  let sum = 0
  const cumulative = shares.map((share) => {
    sum += share
    return sum
  })
  return () => {
    const drawn = random() * sum
    let low = 0
    let high = cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((cumulative[middle] ?? 0) > drawn) high = middle
      else low = middle + 1
    }
    return low
  }
}
