const UNITS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** The latest time that a `Date` can hold. */
const LATEST = 8.64e15

/** A length as the option `window` takes it, such as `'1m'`. */
export function lengthText(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms % each === 0) ?? ['ms', 1]
  return `${ms / size}${unit}`
}

/** Such as `'3m 20s'`: seconds rounded up, and the two largest units. */
export function timeLeft(ms: number): string {
  let left = Math.max(Math.ceil(ms / 1000), 1) * 1000
  const parts: string[] = []
  for (const [unit, size] of UNITS.slice(1, -1)) {
    const count = Math.floor(left / size)
    left -= count * size
    if (count > 0) parts.push(`${count}${unit}`)
  }
  return parts.slice(0, 2).join(' ')
}

/** In UTC. */
export function momentText(ms: number): string {
  return ms <= LATEST ? new Date(ms).toISOString() : `${ms} ms`
}
