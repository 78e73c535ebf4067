interface Timed {
  readonly invoked: number
  readonly returned: number
}

/**
 * Visits each operation with the greatest value among those that had returned before it was invoked (`-Infinity` if none
 * had): the only ones that certainly lie before it.
 */
export function withGreatestBefore<T extends Timed>(
  operations: readonly T[],
  measure: (operation: T) => number,
  visit: (operation: T, greatest: number, holder: T | undefined) => void,
): void {
  const byReturn = operations.toSorted((one, other) => one.returned - other.returned)
  let greatest = Number.NEGATIVE_INFINITY
  let holder: T | undefined
  let next = 0
  for (const operation of operations.toSorted((one, other) => one.invoked - other.invoked)) {
    for (
      let earlier = byReturn[next];
      earlier !== undefined && earlier.returned < operation.invoked;
      earlier = byReturn[next]
    ) {
      const value = measure(earlier)
      if (value > greatest) {
        greatest = value
        holder = earlier
      }
      next++
    }
    visit(operation, greatest, holder)
  }
}
