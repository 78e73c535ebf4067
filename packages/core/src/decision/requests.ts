import type { Window } from '../contract/windows.ts'
import { ownOptions } from '../options/check.ts'
import { Costs } from '../options/cost.ts'
import { checkId, LIMIT_OPTIONS, type LimitOptions, parseSignal, WindowsByLimit } from '../options/limit-options.ts'
import { Call, type Request } from './call.ts'

/** Makes calls of what `limit` and `peek` are given. */
export class Requests {
  readonly costs: Costs
  readonly windows: WindowsByLimit
  readonly #limiter: object
  /** What a call without options asks for. */
  readonly #plain: Request | undefined

  constructor(limiter: object, windows: readonly Window[]) {
    this.#limiter = limiter
    this.costs = new Costs(windows)
    this.windows = new WindowsByLimit(windows)
    if (!this.costs.areNamed) this.#plain = this.#requestOf(false, { cost: 1, limit: undefined, calendar: undefined })
  }

  /**
   * @throws {OptionError} for a bad identifier or option.
   * @throws the signal's reason, if the signal is aborted.
   */
  call(id: string, given: LimitOptions | undefined, isPeek: boolean): Call {
    checkId(id)
    if (given === undefined && this.#plain !== undefined && !isPeek) return new Call(id, this.#plain)
    const options = ownOptions('options', given === undefined ? {} : given, LIMIT_OPTIONS)
    const request = this.#requestOf(isPeek, options)
    const signal = parseSignal(options.signal)
    return new Call(id, request, signal)
  }

  #requestOf(isPeek: boolean, { cost = this.costs.byDefault(isPeek), limit, calendar }: LimitOptions): Request {
    const costs = this.costs.parse(cost)
    return {
      cost: typeof cost === 'object' ? cost : Number(cost) + 0,
      limiter: this.#limiter,
      costs,
      windows: this.windows.parse(limit, calendar),
      isPeek,
    }
  }
}
