import type { Window } from '../contract/windows.ts'
import { ownOptions } from '../options/check.ts'
import { Costs } from '../options/cost.ts'
import { checkId, LIMIT_OPTIONS, type LimitOptions, parseSignal, WindowsByLimit } from '../options/limit-options.ts'
import type { Request } from './call.ts'

/** The request of a call, and the signal that may abort it. */
interface Requested {
  readonly request: Request
  readonly signal: AbortSignal | undefined
}

/** Makes requests of what `limit` and `peek` are given. */
export class Requests {
  readonly costs: Costs
  readonly windows: WindowsByLimit
  readonly #limiter: object
  /** The request of a call without options. */
  readonly #plain: Requested | undefined

  constructor(limiter: object, windows: readonly Window[]) {
    this.#limiter = limiter
    this.costs = new Costs(windows)
    this.windows = new WindowsByLimit(windows)
    if (!this.costs.areNamed) this.#plain = this.#parse({}, false)
  }

  /**
   * @throws {OptionError} for a bad identifier or option.
   * @throws the signal's reason, if the signal is aborted.
   */
  of(id: string, given: LimitOptions | undefined, isPeek: boolean): Requested {
    checkId(id)
    if (given === undefined && !isPeek && this.#plain !== undefined) return this.#plain
    return this.#parse(given === undefined ? {} : given, isPeek)
  }

  #parse(given: LimitOptions, isPeek: boolean): Requested {
    const options = ownOptions('options', given, LIMIT_OPTIONS)
    const { cost = this.costs.byDefault(isPeek), limit, calendar } = options
    const costs = this.costs.parse(cost)
    const request = {
      cost: typeof cost === 'object' ? cost : Number(cost) + 0,
      limiter: this.#limiter,
      costs,
      windows: this.windows.parse(limit, calendar),
      isPeek,
    }
    return { request, signal: parseSignal(options.signal) }
  }
}
