import { OptionError, type RateLimiter } from '@rl/core'
import {
  checkMethods,
  checkOneOf,
  describeKind,
  describeValue,
  isPlainObject,
  ownOptions,
  wrongOption,
} from '@rl/core/check'
import { draft10 } from '../fields/draft-10.ts'
import type { HeaderFormat } from '../fields/format.ts'
import type { GuardOptions, LimiterEntry, LimiterSettings, PerRequest } from './options.ts'
import { warnOfNewLimiters } from './wiring-warnings.ts'

/** A limiter with all that is needed to ask it about a request. */
export interface Rule<Args extends readonly unknown[]> extends Omit<LimiterEntry<Args>, 'key'> {
  readonly key: PerRequest<Args, string>
}

const SETTINGS = ['key', 'cost', 'limit', 'calendar', 'partitionKey', 'unit'] as const
const COMMON = ['limiter', 'limiters', 'skip', 'refund', 'onRefundError', 'headers', 'onStoreError', 'denied']

/**
 * The given options, checked where they are the same for all limiters.
 *
 * @throws {OptionError} naming the first option that is wrong.
 */
export function parseGuardOptions<Options extends GuardOptions<never, never>>(given: Options): Options {
  const options = ownOptions('options', given, [...SETTINGS, ...COMMON])
  const { refund, skip, onRefundError, denied, onStoreError = 'throw' }: Options & { denied?: unknown } = options
  checkFunctionOr('refund', refund, ['failed', 'successful'])
  checkFunctionOr('skip', skip)
  checkFunctionOr('onRefundError', onRefundError)
  checkFunctionOr('denied', denied)
  checkOneOf('onStoreError', onStoreError, ['throw', 'unavailable'])
  return options
}

/** @throws {OptionError} naming the first option that is wrong. */
export function parseRules<Args extends readonly unknown[]>(options: GuardOptions<Args, never>): readonly Rule<Args>[] {
  const { limiter, limiters } = options
  if (limiters === undefined) return [ruleOf(options, limiter, 'limiter')]
  if (limiter !== undefined) throw wrongOption('limiter', 'left out beside limiters', limiter)
  if (!Array.isArray(limiters) || limiters.length === 0)
    throw wrongOption('limiters', 'an array with at least one limiter', limiters)
  return limiters.map((entry: RateLimiter | LimiterEntry<Args>, i) => {
    const path = `limiters[${i}]`
    // A wrapper of a limiter may be a plain object as well.
    if (!isPlainObject(entry) || 'peek' in entry) return ruleOf(options, entry as RateLimiter, path)
    const own = ownOptions(path, entry as LimiterEntry<Args>, [...SETTINGS, 'limiter'])
    return ruleOf(options, own.limiter, `${path}.limiter`, own, `${path}.`)
  })
}

/**
 * @param name What the limiter is called in messages.
 * @param own What is different for the limiter, with the path to it.
 */
function ruleOf<Args extends readonly unknown[]>(
  common: LimiterSettings<Args>,
  limiter: LimiterEntry<Args>['limiter'],
  name: string,
  own: LimiterSettings<Args> = common,
  path = '',
): Rule<Args> {
  if (typeof limiter !== 'function') checkLimiter(name, limiter)
  const given = Object.fromEntries(SETTINGS.map((each) => [each, own[each] ?? common[each]])) as LimiterSettings<Args>
  const { key, unit, partitionKey } = given
  if (typeof key !== 'function') throw new OptionError(`${path}key`, 'a function of the request', describeKind(key))
  if (unit !== undefined && !(typeof unit === 'string' && /^[ -~]+$/.test(unit)))
    throw wrongOption(`${path}unit`, 'a string of printable ASCII', unit)
  checkFunctionOr(`${path}partitionKey`, partitionKey, [true, false])
  return { ...given, limiter } as Rule<Args>
}

/** @throws {OptionError} for what is no limiter. */
export function checkLimiter(option: string, value: unknown): asserts value is RateLimiter {
  const expected = 'a limiter of @rl/core'
  checkMethods(option, value, ['limit', 'peek', 'refund'], expected)
  if (!Array.isArray((value as Partial<RateLimiter>).windows)) throw wrongOption(option, expected, value)
  warnOfNewLimiters(value as RateLimiter)
}

/** @throws {OptionError} for what is no format, or two whose fields have the same names. */
export function parseHeaders(headers: unknown = draft10): readonly HeaderFormat[] {
  if (headers === false) return []
  const formats = (Array.isArray(headers) ? headers : [headers]) as readonly HeaderFormat[]
  for (const format of formats) checkMethods('headers', format, ['write'], 'false, or formats of @rl/http/headers')
  if (new Set(formats.map(({ prefix }) => prefix)).size < formats.length)
    throw new OptionError('headers', 'at most one draft, as they share field names', `${formats.length} formats`)
  return formats
}

/** A function, one of the choices, or nothing. */
function checkFunctionOr(option: string, value: unknown, choices: readonly unknown[] = []): void {
  if (value === undefined || typeof value === 'function' || choices.includes(value)) return
  throw wrongOption(option, [...choices.map(describeValue), 'a function'].join(' or '), value)
}
