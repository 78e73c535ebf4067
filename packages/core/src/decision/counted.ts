import type { CounterState } from '../contract/replies.ts'
import type { Cost } from '../options/cost.ts'
import type { Asked } from './call.ts'
import type { CountedSource, WindowDecision } from './types.ts'

/**
 * A decision made from a counter. It remembers, out of reach of JSON and of copies, which limiter took the units, under which
 * generations, and how many may still be given back, so that nothing is refunded twice or to the wrong counter.
 */
export class CountedDecision {
  readonly allowed: boolean
  readonly id: string
  readonly cost: Cost
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
  readonly resetAfterMs: number
  readonly retryAfterMs: number
  readonly windows: readonly WindowDecision[]
  readonly source: CountedSource
  readonly #owner: object
  /** What the store takes back: nothing of a denial or a peek. */
  readonly #taken: readonly number[] | undefined
  readonly #generations: readonly number[] | undefined
  #givenBack: readonly number[] | undefined

  constructor(
    owner: object,
    asked: Asked,
    binding: WindowDecision,
    windows: readonly WindowDecision[],
    states: readonly CounterState[],
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
    this.#taken = this.allowed && !asked.isPeek ? asked.costs : undefined
    // Nearly always 0 each, and then not worth an array.
    this.#generations = states.some(isCleared) ? states.map(({ generation }) => generation) : undefined
  }

  /** The decision itself, if `owner` made it. */
  static of(owner: object, decision: unknown): CountedDecision | undefined {
    if (typeof decision !== 'object' || decision === null || !(#owner in decision)) return undefined
    return decision.#owner === owner ? decision : undefined
  }

  /** For each window: units that were taken and not given back yet. */
  get refundable(): readonly number[] {
    const taken = this.#taken ?? this.windows.map(() => 0)
    return taken.map((units, i) => units - (this.#givenBack?.[i] ?? 0))
  }

  /** The counter that the units of a window were taken from. */
  counter(window: number): { readonly resetAt: number; readonly generation: number } {
    return { resetAt: this.windows[window]?.resetAt ?? 0, generation: this.#generations?.[window] ?? 0 }
  }

  /**
   * Before the store is asked, so that two refunds at once can't both go through; with the units negative, after a refund that is
   * known not to have run.
   */
  giveBack(units: readonly number[]): void {
    this.#givenBack = units.map((each, i) => each + (this.#givenBack?.[i] ?? 0))
  }
}

function isCleared({ generation }: CounterState): boolean {
  return generation > 0
}
