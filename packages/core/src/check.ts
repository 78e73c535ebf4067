import { OptionError } from './errors.ts'

/** A value as an error message may show it: short, on one line, and without the contents of objects. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? 'an array' : 'an object'
    case 'function':
    case 'symbol':
      return `a ${typeof value}`
    default:
      return String(value)
  }
}

/** Counts stay exact as JavaScript and Lua numbers up to 2^53-1. */
export function checkInteger(
  option: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  // The sum makes 0 of -0.
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value + 0
  const top = max === Number.MAX_SAFE_INTEGER ? '2^53-1' : String(max)
  throw new OptionError(option, `an integer from ${min} to ${top}`, show(value))
}

export function checkShare(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value
  throw new OptionError(option, 'a number above 0, up to 1', show(value))
}

/** A Date, a Map or an object that inherits its options has none of its own: they would be ignored in silence. */
function checkObject(option: string, value: unknown): object {
  if (isPlainObject(value)) return value
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  throw new OptionError(option, 'a plain object', isObject ? 'an object of a class' : show(value))
}

/**
 * Whether a value can be an object of options: for stores of your own, whose options shall be refused where they would be
 * ignored. It goes by the place of the prototype, as each realm has an `Object.prototype` of its own.
 *
 * @example isPlainObject({ prefix: 'shop:' }) // true, and false for null, arrays, a Map, an instance of a class
 */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * The options that were given: an object's own, so that what somebody has put into `Object.prototype` is none of them.
 *
 * @throws {OptionError} for what is no plain object, and for an option that is not known: a misspelt one would otherwise be a
 *   limit that is not applied.
 */
export function ownOptions<T extends object>(where: string, options: T, known: readonly string[]): T {
  // A text in the place of a call's options may be an identifier.
  if (where === 'options' && typeof options === 'string') throw new OptionError(where, 'a plain object', 'a string')
  const own = Object.assign(Object.create(null), checkObject(where, options))
  checkKnown(where, own, known)
  return own
}

/** The settings of what can be switched: an object's own, none when switched on, undefined when off. */
export function checkSwitch(option: string, value: unknown, known: readonly string[]): object | undefined {
  if (value === undefined || value === false) return undefined
  return ownOptions(option, value === true ? {} : checkObject(option, value), known)
}

function checkKnown(where: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new OptionError(where, `made of ${known.join(', ')}`, `the unknown ${show(name)}`)
  }
}
