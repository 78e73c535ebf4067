import { countWhile } from './amounts.ts'
import { isAnswered, isAsk, type Operation } from './operation.ts'

/** Bounds on the store's clock, from its answers. */
export class StoreClock {
  readonly #returned: Float64Array
  readonly #now: Float64Array

  constructor(operations: readonly Operation[]) {
    const told = operations.flatMap((operation) => {
      const now = storeTimeOf(operation)
      return now === undefined ? [] : [{ returned: operation.returned, now }]
    })
    told.sort((one, other) => one.returned - other.returned)
    this.#returned = Float64Array.from(told, ({ returned }) => returned)
    this.#now = new Float64Array(told.length)
    let latest = Number.NEGATIVE_INFINITY
    told.forEach(({ now }, i) => {
      latest = Math.max(latest, now)
      this.#now[i] = latest
    })
  }

  /** The store's clock had certainly reached this when the history's clock showed `moment`. */
  atLeast(moment: number): number {
    const told = countWhile(this.#returned.length, (i) => (this.#returned[i] ?? 0) < moment)
    return this.#now[told - 1] ?? Number.NEGATIVE_INFINITY
  }
}

/** The store's clock when it answered. Answers from memory say nothing about it. */
export function storeTimeOf(operation: Operation): number | undefined {
  if (operation.kind === 'look') return operation.now
  if (!isAsk(operation)) return undefined
  if (!isAnswered(operation) || operation.result.source !== 'store') return undefined
  const [first] = operation.result.windows
  return first === undefined ? undefined : first.resetAt - first.resetAfterMs
}
