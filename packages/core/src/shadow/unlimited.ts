import type { Window } from '../contract/windows.ts'
import { Requests } from '../decision/requests.ts'
import type { Settlement } from '../decision/settlement.ts'
import type { Allowed, Decision } from '../decision/types.ts'
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
  readonly #decisions: WeakSet<Decision> = new WeakSet()

  constructor({ name, windows }: RateLimiter) {
    this.name = name
    this.#requests = new Requests(windows)
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
    const { cost } = this.#requests.call(id, options, isPeek).request
    const none = Number.POSITIVE_INFINITY
    const decision: Allowed = {
      ...{ allowed: true, id, cost, limit: none, remaining: none, resetAt: none, resetAfterMs: none },
      ...{ retryAfterMs: 0, windows: [], source: 'store' },
    }
    this.#decisions.add(decision)
    return decision
  }

  #check(decision: Decision): void {
    if (this.#decisions.has(decision)) return
    throw new OptionError('decision', 'one that this limiter returned', describeKind(decision))
  }
}
