/** Units by the moments they came at. */
export class Amounts {
  readonly #times: Float64Array
  /** How many came before the moment at the same place. */
  readonly #sums: Float64Array

  constructor(entries: readonly { readonly at: number; readonly units: number }[]) {
    const sorted = entries.toSorted((one, other) => one.at - other.at)
    this.#times = Float64Array.from(sorted, ({ at }) => at)
    this.#sums = new Float64Array(sorted.length + 1)
    sorted.forEach(({ units }, i) => {
      this.#sums[i + 1] = (this.#sums[i] ?? 0) + units
    })
  }

  /** Units that came before the moment. */
  before(moment: number): number {
    return this.first(countWhile(this.#times.length, (i) => (this.#times[i] ?? 0) < moment))
  }

  /** Units that came before the moment or in it. */
  until(moment: number): number {
    return this.first(countWhile(this.#times.length, (i) => (this.#times[i] ?? 0) <= moment))
  }

  /** Units of the first `count` entries. */
  first(count: number): number {
    return this.#sums[count] ?? 0
  }

  get total(): number {
    return this.#sums.at(-1) ?? 0
  }
}

/** How many of the places from 0 on fulfil what the first of them do and the rest do not. */
export function countWhile(length: number, holds: (place: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** The items by a key, each group in their order. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
