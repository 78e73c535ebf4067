import { OptionError } from '../errors.ts'

/**
 * A value as an error message may show it: short, on one line, and without the contents of objects. Do not use it for
 * identifiers.
 *
 * @example describeValue('1 fortnight') // '"1 fortnight"'; 'null', 'an array', 'a promise', 'a Map', 'a function', '5n'
 */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
    case 'bigint':
      return `${String(value).slice(0, 40)}n`
    case 'object':
      return describeObject(value)
    case 'function':
    case 'symbol':
      return `a ${typeof value}`
    default:
      return String(value)
  }
}

function describeObject(value: object | null): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (isPlainObject(value)) return 'a plain object'
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise (await it first)'
  const name: unknown = Object.getPrototypeOf(value)?.constructor?.name
  return typeof name === 'string' && /^\w{1,40}$/.test(name) ? `an instance of ${name}` : 'an object of a class'
}

/**
 * An integer from `min` to `max` (default 2^53-1, up to which numbers of JavaScript and Lua are exact). -0 becomes 0.
 *
 * @throws {OptionError}
 */
export function checkInteger(
  option: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value + 0
  const top = max === Number.MAX_SAFE_INTEGER ? '2^53-1' : String(max)
  throw new OptionError(option, `an integer from ${min} to ${top}`, describeValue(value))
}

/** @throws {OptionError} for what is not a number above 0, up to 1. */
export function checkShare(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value
  throw new OptionError(option, 'a number above 0, up to 1', describeValue(value))
}

/** @throws {OptionError} for what is none of the choices. */
export function checkOneOf<Choice>(option: string, value: unknown, choices: readonly Choice[]): Choice {
  if (choices.includes(value as Choice)) return value as Choice
  const hint = suggestion(value, choices)
  throw new OptionError(option, `${listOf(choices.map(quoted))}${hint}`, describeValue(value))
}

/** @throws {OptionError} for what is not a function. */
export function checkFunction<Value>(option: string, value: Value): Value {
  if (typeof value === 'function') return value
  throw new OptionError(option, 'a function', describeValue(value))
}

/**
 * An object that has these methods, say a client or a store.
 *
 * @param expected What to pass instead, such as `'a connected client of node-redis'`.
 * @throws {OptionError}
 */
export function checkMethods(option: string, value: unknown, methods: readonly string[], expected: string): void {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  const missing = methods.find((name) => !isObject || typeof (value as Record<string, unknown>)[name] !== 'function')
  if (missing === undefined) return
  const received = describeValue(value)
  throw new OptionError(option, expected, isObject ? `${received} without the method ${missing}` : received)
}

/**
 * Whether a value can be an object of options. It goes by the place of the prototype, as each realm has an
 * `Object.prototype` of its own.
 *
 * @example isPlainObject({ prefix: 'shop:' }) // true; false for null, arrays, a Map, an instance of a class
 */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * A copy of an object's own options. Inherited ones are left out: what somebody has put into `Object.prototype` is no option.
 *
 * @param where What the object is called in messages, such as `'options'` or `'windows[1]'`.
 * @throws {OptionError} for what is no plain object (options on a Map, a Date or a prototype would be ignored silently), and
 *   for an unknown option, with a suggestion: a misspelt one would be a limit that is not applied.
 * @example const { prefix = 'shop:' } = ownOptions('options', given, ['prefix'])
 */
export function ownOptions<Options extends object>(where: string, options: Options, known: readonly string[]): Options {
  if (!isPlainObject(options)) {
    // A string in the place of a call's options may be an identifier.
    throw new OptionError(where, 'a plain object', typeof options === 'string' ? 'a string' : describeValue(options))
  }
  const own = Object.assign(Object.create(null), options)
  for (const name of Object.keys(own)) {
    if (known.includes(name)) continue
    throw new OptionError(
      where,
      `made of ${known.join(', ')}${suggestion(name, known)}`,
      `the unknown option ${describeValue(name)}`,
    )
  }
  return own
}

/** `' (did you mean window?)'`, or nothing: the known name that begins like the value, or ends like it. */
function suggestion(value: unknown, known: readonly unknown[]): string {
  const wanted = String(value).toLowerCase()
  let best: unknown
  let most = 2
  for (const name of known) {
    const other = String(name).toLowerCase()
    const common = Math.max(commonLength(wanted, other), commonLength(reversed(wanted), reversed(other)))
    if (common > most) {
      best = name
      most = common
    }
  }
  return best === undefined ? '' : ` (did you mean ${best}?)`
}

/** How many letters two words have in common from their beginning on. */
function commonLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && one[length] === other[length]) length++
  return length
}

function reversed(word: string): string {
  return [...word].reverse().join('')
}

function quoted(choice: unknown): string {
  return typeof choice === 'string' ? `'${choice}'` : String(choice)
}

function listOf(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`
}
