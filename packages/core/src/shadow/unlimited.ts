import type { Window } from '../contract/windows.ts'
import { Requests } from '../decision/requests.ts'
import type { Settlement } from '../decision/settlement.ts'
import type { Allowed, Decision, WindowDecision } from '../decision/types.ts'
import { OptionError } from '../errors.ts'
import { describeKind } from '../options/check.ts'
import type { Cost } from '../options/cost.ts'
import { checkId, type LimitOptions } from '../options/limit-options.ts'
import type { RateLimiter, RefundOptions } from '../rate-limiter.ts'

/** Admits everything and counts nothing. Takes and refuses the same arguments as a limiter that it stands for. */
export class Unlimited implements RateLimiter {
  readonly name: string
  readonly windows: readonly Window[] = []
  readonly #requests: Requests

  constructor({ name, windows }: RateLimiter) {
    this.name = name
    this.#requests = new Requests(this, windows)
  }

  limit(id: string, options?: LimitOptions): Promise<Allowed> {
    return this.#admit(id, options, false)
  }

  async isAllowed(id: string, options?: LimitOptions): Promise<boolean> {
    return (await this.#admit(id, options, false)).allowed
  }

  peek(id: string, options?: LimitOptions): Promise<Allowed> {
    return this.#admit(id, options, true)
  }

  async refund(decision: Decision, { cost }: RefundOptions = {}): Promise<boolean> {
    this.#check(decision)
    if (cost !== undefined) this.#requests.costs.parse(cost)
    return false
  }

  async settle(decision: Decision, actual: Cost): Promise<Settlement> {
    this.#check(decision)
    const { costs } = this.#requests
    costs.parse(actual, 'actual', costs.zeros)
    return { windows: [] }
  }

  async reset(id: string): Promise<void> {
    checkId(id)
  }

  async drain(): Promise<void> {}

  async #admit(id: string, options: LimitOptions | undefined, isPeek: boolean): Promise<Allowed> {
    const { cost } = this.#requests.of(id, options, isPeek).request
    return new UnlimitedDecision(this, id, cost)
  }

  #check(decision: Decision): void {
    if (UnlimitedDecision.isOf(this, decision)) return
    throw new OptionError('decision', 'one that this limiter returned', describeKind(decision))
  }
}

/** No WeakSet of plain ones: those are slow to collect. */
class UnlimitedDecision implements Allowed {
  readonly allowed = true
  readonly id: string
  readonly cost: Cost
  readonly limit: number = Number.POSITIVE_INFINITY
  readonly remaining: number = Number.POSITIVE_INFINITY
  readonly resetAt: number = Number.POSITIVE_INFINITY
  readonly resetAfterMs: number = Number.POSITIVE_INFINITY
  readonly retryAfterMs = 0
  readonly windows: readonly WindowDecision[] = []
  readonly source = 'shadow'
  readonly #owner: Unlimited

  constructor(owner: Unlimited, id: string, cost: Cost) {
    this.id = id
    this.cost = cost
    this.#owner = owner
  }

  static isOf(owner: Unlimited, decision: unknown): boolean {
    return typeof decision === 'object' && decision !== null && #owner in decision && decision.#owner === owner
  }
}
