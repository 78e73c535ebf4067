import { OptionError } from '../errors.ts'

/**
 * A value as an error message may show it: short, on one line, and without the contents of objects. Do not use it for
 * identifiers.
 *
 * @example console.log(describeValue('1 fortnight'), describeValue([]), describeValue(5n)) // prints "1 fortnight" an array 5n
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
 * As {@link describeValue}, for what stands where an identifier could: a text is not shown.
 *
 * @example console.log(describeKind('user_123'), describeKind(null)) // prints a string null
 */
export function describeKind(value: unknown): string {
  return typeof value === 'string' ? 'a string' : describeValue(value)
}

/**
 * The error for an option that is not what it must be.
 *
 * @example console.log(wrongOption('size', 'a number', '1').message) // prints size must be a number, received "1"
 */
export function wrongOption(option: string, expected: string, value: unknown): OptionError {
  return new OptionError(option, expected, describeValue(value))
}

/**
 * An integer from `min` to `max` (default 2^53-1, up to which numbers of JavaScript and Lua are exact). -0 becomes 0.
 *
 * @throws {OptionError} for anything else.
 * @example const size = checkInteger('size', 100, 1)
 */
export function checkInteger(
  option: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value + 0
  const top = max === Number.MAX_SAFE_INTEGER ? '2^53-1' : String(max)
  throw wrongOption(option, `an integer from ${min} to ${top}`, value)
}

/**
 * @throws {OptionError} for what is not a number above 0, up to 1.
 * @example const share = checkShare('share', 0.1)
 */
export function checkShare(option: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value
  throw wrongOption(option, 'a number above 0, up to 1', value)
}

/**
 * @throws {OptionError} for what is none of the choices.
 * @example const mode = checkOneOf('mode', 'fast', ['fast', 'exact'])
 */
export function checkOneOf<Choice>(option: string, value: unknown, choices: readonly Choice[]): Choice {
  if (choices.includes(value as Choice)) return value as Choice
  throw wrongOption(option, choices.map(quoted).join(' or ') + suggestion(value, choices), value)
}

/**
 * @throws {OptionError} for what is not a function.
 * @example const onError = checkFunction('onError', console.error)
 */
export function checkFunction<Value>(option: string, value: Value): Value {
  if (typeof value === 'function') return value
  throw wrongOption(option, 'a function', value)
}

/**
 * An object that has these methods, say a client or a store.
 *
 * @param expected What to pass instead, such as `'a connected client of node-redis'`.
 * @throws {OptionError} for anything else, naming the method that is missing.
 * @example checkMethods('store', new MemoryStore(), ['apply'], 'a store')
 */
export function checkMethods(option: string, value: unknown, methods: readonly string[], expected: string): void {
  const isObject = Object(value) === value
  const missing = methods.find((name) => !isObject || typeof (value as Record<string, unknown>)[name] !== 'function')
  if (missing === undefined) return
  throw new OptionError(option, expected, describeValue(value) + (isObject ? ` without the method ${missing}` : ''))
}

/**
 * Whether a value can be an object of options. It goes by the place of the prototype, as each realm has its own `Object.prototype`.
 *
 * @example console.log(isPlainObject({ prefix: 'shop:' }), isPlainObject([]), isPlainObject(new Map())) // prints true false false
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
 * @example const { prefix = 'shop:' } = ownOptions('options', { prefix: 'blog:' }, ['prefix'])
 */
export function ownOptions<Options extends object>(where: string, options: Options, known: readonly string[]): Options {
  if (!isPlainObject(options)) {
    throw new OptionError(where, 'a plain object', describeKind(options))
  }
  const own = Object.create(NOTHING)
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError(
        where,
        `made of ${known.join(', ')}${suggestion(name, known)}`,
        `the unknown option ${describeValue(name)}`,
      )
    }
    own[name] = options[name as keyof Options]
  }
  return own
}

/** The prototype of own options: an object without a prototype is slow to make and to read. */
const NOTHING: object = Object.freeze(Object.create(null))

/** `' (did you mean window?)'`, or nothing: the known name that has the longest beginning or end in common with the value. */
function suggestion(value: unknown, known: readonly unknown[]): string {
  if (typeof value !== 'string') return ''
  const wanted = value.toLowerCase()
  for (let length = wanted.length; length > 2; length--) {
    const similar = known.find((name) => {
      const other = String(name).toLowerCase()
      return other.startsWith(wanted.slice(0, length)) || other.endsWith(wanted.slice(-length))
    })
    if (similar !== undefined) return ` (did you mean ${similar}?)`
  }
  return ''
}

function quoted(choice: unknown): string {
  return typeof choice === 'string' ? `'${choice}'` : String(choice)
}
