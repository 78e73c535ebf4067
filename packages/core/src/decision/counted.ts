import type { Cost } from '../options/cost.ts'
import type { Asked, Request } from './call.ts'
import type { CountedSource, WindowDecision } from './types.ts'

interface More {
  /** For each window, how often its counter had been cleared, unless that is 0 for all. */
  readonly generations?: readonly number[]
  /** The units after a refund or a settlement. */
  charged?: readonly number[]
  receipt?: string
  /** Resolves when the changes so far have run. */
  latest?: Promise<void> | undefined
}

/**
 * A decision made from a counter. It remembers, out of reach of JSON and of copies, which limiter took the units, under which
 * generations, and how many are still charged, so that nothing is refunded twice or to the wrong counter.
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
  readonly #request: Request
  /** Only few decisions need these. Apart, as each private field is paid for by all of them. */
  #more: More | undefined

  constructor(
    { id, request }: Asked,
    binding: WindowDecision,
    windows: readonly WindowDecision[],
    generations: readonly number[] | undefined,
    retryAfterMs: number,
    source: CountedSource,
  ) {
    this.allowed = retryAfterMs === 0
    this.id = id
    this.cost = request.cost
    this.limit = binding.limit
    this.remaining = binding.remaining
    this.resetAt = binding.resetAt
    this.resetAfterMs = binding.resetAfterMs
    this.retryAfterMs = retryAfterMs
    this.windows = windows
    this.source = source
    this.#request = request
    this.#more = generations && { generations }
  }

  /** The decision itself, if the limiter made it. */
  static of(limiter: object, decision: unknown): CountedDecision | undefined {
    if (typeof decision !== 'object' || decision === null || !(#request in decision)) return undefined
    return decision.#request.limiter === limiter ? decision : undefined
  }

  /** For each window: units that are charged for this decision now. */
  get charged(): readonly number[] {
    if (this.#more?.charged !== undefined) return this.#more.charged
    const { costs, isPeek } = this.#request
    return this.allowed && !isPeek ? costs : costs.map(() => 0)
  }

  /** Whether it took any units. */
  get tookUnits(): boolean {
    const { costs, isPeek } = this.#request
    return this.allowed && !isPeek && costs.some((cost) => cost > 0)
  }

  /** Out of reach of JSON, too: the receipt that was made of it. From then on, only the receipt changes its units. */
  get receipt(): string | undefined {
    return this.#more?.receipt
  }

  handOver(receipt: string): void {
    this.#changed.receipt = receipt
  }

  /** When, in milliseconds since the epoch by the store's clock. */
  get decidedAt(): number {
    return this.resetAt - this.resetAfterMs
  }

  /** The counter that the units of a window were taken from. */
  counter(window: number): { readonly resetAt: number; readonly generation: number } {
    return { resetAt: this.windows[window]?.resetAt ?? 0, generation: this.#more?.generations?.[window] ?? 0 }
  }

  /** Runs changes one after the other: what one may give back depends on what became of the one before. */
  inTurn<T>(change: () => Promise<T>): Promise<T> {
    const before = this.#more?.latest
    const turn = before === undefined ? change() : before.then(change)
    const more = this.#changed
    const over = (): void => {
      if (more.latest === latest) more.latest = undefined
    }
    const latest = turn.then(over, over)
    more.latest = latest
    return turn
  }

  /** Whether a change has not run yet: what is charged may still be another. */
  get isChanging(): boolean {
    return this.#more?.latest !== undefined
  }

  /** Changes what is charged. */
  change(changes: readonly number[]): void {
    this.#changed.charged = this.charged.map((units, i) => units + (changes[i] ?? 0))
  }

  get #changed(): More {
    this.#more ??= {}
    return this.#more
  }
}
