import type { DecisionSource, WindowDecision } from './decision.ts'

/** Where a decision with figures comes from. */
export type CountedSource = Exclude<DecisionSource, 'failure-policy'>

/**
 * A decision made from a counter. It remembers, out of reach of JSON and of copies, which limiter took the units and how
 * many of them may still be given back, so that nothing is refunded twice or to the wrong counter.
 */
export class CountedDecision {
  readonly allowed: boolean
  readonly id: string
  readonly cost: number
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
  readonly resetAfterMs: number
  readonly retryAfterMs: number
  readonly windows: readonly WindowDecision[]
  readonly source: CountedSource
  readonly #owner: object
  #refundable: number

  constructor(
    owner: object,
    asked: { readonly id: string; readonly cost: number; readonly peek: boolean },
    binding: WindowDecision,
    windows: readonly WindowDecision[],
    retryAfterMs: number,
    source: CountedSource,
  ) {
    this.allowed = retryAfterMs === 0
    this.id = asked.id
    this.cost = asked.cost
    this.limit = binding.limit
    this.remaining = binding.remaining
    this.resetAt = binding.resetAt
    this.resetAfterMs = binding.resetAfterMs
    this.retryAfterMs = retryAfterMs
    this.windows = windows
    this.source = source
    this.#owner = owner
    this.#refundable = this.allowed && !asked.peek ? asked.cost : 0
  }

  /** The decision itself, if `owner` made it. */
  static of(owner: object, decision: unknown): CountedDecision | undefined {
    if (typeof decision !== 'object' || decision === null || !(#owner in decision)) return undefined
    return decision.#owner === owner ? decision : undefined
  }

  /** Units that were taken and not given back yet. */
  get refundable(): number {
    return this.#refundable
  }

  /** Before the store is asked, so that two refunds at once can't both go through. */
  spend(units: number): void {
    this.#refundable -= units
  }

  /** After a refund that is known not to have run. */
  restore(units: number): void {
    this.#refundable += units
  }
}
