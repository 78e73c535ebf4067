import type { Window } from '../contract/windows.ts'
import { OptionError } from '../errors.ts'
import { checkInteger, describeValue, ownOptions } from './check.ts'

/** Units of a call: a number, or one for each unit that the limiter's windows name. Integers from 0 to 2^53-1. */
export type Cost = number | Readonly<Record<string, number>>

const REMEMBERED = 64

/**
 * Makes of a cost what each window is charged. The same number gives the same array, so that equal calls are told by comparing
 * references.
 */
export class Costs {
  /** The units that the windows name. */
  readonly units: readonly string[]
  readonly zeros: readonly number[]
  readonly #windows: readonly Window[]
  readonly #byNumber: Map<number, readonly number[]> = new Map()

  constructor(windows: readonly Window[]) {
    this.#windows = windows
    this.units = [...new Set(windows.flatMap(({ unit }) => unit ?? []))]
    this.zeros = windows.map(() => 0)
  }

  /** What a call costs that does not say. There is no default where there are several units, but for a peek. */
  byDefault(isPeek: boolean): Cost | undefined {
    if (!this.areNamed) return 1
    return isPeek ? Object.fromEntries(this.units.map((unit) => [unit, 0])) : undefined
  }

  /** Whether a call must say what it costs in each unit. */
  get areNamed(): boolean {
    return this.units.length > 1
  }

  /** @throws {OptionError} for a cost that is no integer from 0, or that does not name every unit. */
  parse(option: string, cost: Cost | undefined): readonly number[] {
    return typeof cost === 'object' && cost !== null && this.units.length > 0
      ? this.#byUnit(option, cost)
      : this.#ofNumber(option, cost)
  }

  #ofNumber(option: string, cost: unknown): readonly number[] {
    if (this.areNamed) throw new OptionError(option, this.#expected(), describeValue(cost))
    const units = checkInteger(option, cost, 0)
    let costs = this.#byNumber.get(units)
    if (costs === undefined) {
      costs = this.#windows.map(() => units)
      if (this.#byNumber.size >= REMEMBERED) this.#byNumber.clear()
      this.#byNumber.set(units, costs)
    }
    return costs
  }

  #byUnit(option: string, given: Readonly<Record<string, number>>): readonly number[] {
    const costs = ownOptions(option, given, this.units)
    for (const unit of this.units) {
      if (costs[unit] === undefined) throw new OptionError(option, this.#expected(), `none for ${describeValue(unit)}`)
    }
    return this.#windows.map(({ unit = '' }) => checkInteger(`${option}.${unit}`, costs[unit], 0))
  }

  #expected(): string {
    return `an object that names each unit: { ${this.units.map((unit) => `${unit}: …`).join(', ')} }`
  }
}
