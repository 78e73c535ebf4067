const FIRST_MS = 1000
const LONGEST_MS = 30_000

/**
 * Milliseconds to wait before the next attempt: doubled with each failure in a row, half of it by chance, so that pages that lost the
 * same server don't come back together.
 *
 * @param failures failures in a row, from 1
 * @param random from 0 to below 1
 */
export function backoffMs(failures: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1))
  return longest / 2 + (longest / 2) * random
}
