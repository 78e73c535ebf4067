import { checkInteger, ownOptions, wrongOption } from './check.ts'
import { Remembered } from './remembered.ts'

/** Units of a call: a number, or one for each unit that the limiter's windows name. Integers from 0 to 2^53-1. */
export type Cost = number | Readonly<Record<string, number>>

/** A window, or what else counts units. */
interface Counting {
  readonly unit?: string | undefined
}

/** Makes of a cost what each window is charged. The same number gives the same array. */
export class Costs {
  /** The units that the windows name. */
  readonly units: readonly string[]
  readonly zeros: readonly number[]
  readonly #windows: readonly Counting[]
  readonly #byNumber: Remembered<number, readonly number[]> = new Remembered()

  constructor(windows: readonly Counting[]) {
    this.#windows = windows
    this.units = [...new Set(windows.flatMap(({ unit }) => unit ?? []))]
    this.zeros = windows.map(() => 0)
  }

  /** The cost of a call that does not say. There is no default where there are several units, but for a peek. */
  byDefault(isPeek: boolean): Cost | undefined {
    if (!this.areNamed) return 1
    return isPeek ? Object.fromEntries(this.units.map((unit) => [unit, 0])) : undefined
  }

  /** Whether a call must say what it costs in each unit. */
  get areNamed(): boolean {
    return this.units.length > 1
  }

  /**
   * @param others For each window, its cost if `cost` does not name its unit. Without, every unit must be named.
   * @throws {OptionError} for a cost that is no integer from 0, or that does not name every unit.
   */
  parse(cost: Cost | undefined, option: string = 'cost', others?: readonly number[]): readonly number[] {
    const { units } = this
    if (typeof cost === 'object' && cost !== null && units.length > 0) {
      const costs = ownOptions(option, cost, units)
      return this.#windows.map(({ unit = '' }, i) => {
        if (others !== undefined && !(unit in costs)) return others[i] as number
        return checkInteger(`${option}.${unit}`, costs[unit], 0)
      })
    }
    if (this.areNamed) {
      const example = units.map((unit) => `${unit}: …`).join(', ')
      throw wrongOption(option, `an object that names ${others ? 'units' : 'each unit'}: { ${example} }`, cost)
    }
    const each = checkInteger(option, cost, 0)
    return this.#byNumber.get(each, () => this.#windows.map(() => each))
  }
}
