import { OptionError } from '@rl/core'
import { isPlainObject } from '@rl/core/check'

/**
 * The options that were given: an object's own, so that what somebody has put into `Object.prototype` is none of them.
 *
 * @throws {OptionError} for what is no plain object: what a Map holds or an object inherits would be ignored in silence.
 */
export function ownOptions<T extends object>(options: T): T {
  if (!isPlainObject(options)) {
    throw new OptionError('options', 'a plain object', options === null ? 'null' : `a value of type ${typeof options}`)
  }
  return Object.assign(Object.create(null), options)
}

/** A text as an error message may show it: short and on one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
