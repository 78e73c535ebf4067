import { OptionError, type RateLimiter } from '@rl/core'
import { describeValue, isPlainObject, ownOptions } from '@rl/core/check'
import { HEADER_VERSIONS, type HeaderVersion } from '../fields/versions.ts'
import type { GuardOptions, LimiterEntry, LimiterSettings, PerRequest } from './options.ts'
import { warnOfNewLimiters } from './wiring-warnings.ts'

/** A limiter with all that is needed to ask it about a request. */
export interface Rule<Args extends readonly unknown[]> extends Omit<LimiterEntry<Args>, 'key'> {
  readonly key: PerRequest<Args, string>
}

const SETTINGS = ['key', 'cost', 'limit', 'partitionKey', 'unit'] as const
const COMMON = ['limiter', 'limiters', 'skip', 'refund', 'onRefundError', 'headers', 'onStoreError', 'denied']

/**
 * The options that were given, checked as far as they are the same for all limiters.
 *
 * @throws {OptionError} naming the first option that is wrong.
 */
export function parseGuardOptions<Options extends GuardOptions<never, never>>(given: Options): Options {
  const options = ownOptions('options', given, [...SETTINGS, ...COMMON])
  checkOneOf('refund', options.refund, ['failed', 'successful'], 'function')
  checkOneOf('onStoreError', options.onStoreError, ['throw', 'unavailable'])
  for (const name of ['skip', 'onRefundError', 'denied']) {
    checkOneOf(name, options[name as keyof typeof options], [], 'function')
  }
  return options
}

/** @throws {OptionError} naming the first option that is wrong. */
export function parseRules<Args extends readonly unknown[]>(options: GuardOptions<Args, never>): readonly Rule<Args>[] {
  const { limiter, limiters } = options
  if ((limiter === undefined) === (limiters === undefined))
    throw new OptionError('limiter', 'given, or limiters in its place', limiter === undefined ? 'neither' : 'both')
  if (limiter !== undefined) return [ruleOf(options, { limiter }, '')]
  if (!Array.isArray(limiters) || limiters.length === 0)
    throw new OptionError('limiters', 'an array with at least one limiter', describeValue(limiters))
  return limiters.map((entry: RateLimiter | LimiterEntry<Args>, i) => {
    if (isLimiter(entry)) return ruleOf(options, { limiter: entry }, '')
    const path = `limiters[${i}]`
    if (!isPlainObject(entry)) throw new OptionError(path, 'a limiter, or an object with one', describeValue(entry))
    return ruleOf(options, ownOptions(path, entry, [...SETTINGS, 'limiter']), `${path}.`)
  })
}

function ruleOf<Args extends readonly unknown[]>(
  common: LimiterSettings<Args>,
  entry: LimiterEntry<Args>,
  path: string,
): Rule<Args> {
  const { limiter } = entry
  if (!isLimiter(limiter)) throw new OptionError(`${path}limiter`, 'a limiter', describeValue(limiter))
  const given = Object.fromEntries(
    SETTINGS.map((name) => [name, (Object.hasOwn(entry, name) ? entry[name] : undefined) ?? common[name]]),
  ) as LimiterSettings<Args>
  const { key, unit, partitionKey } = given
  if (typeof key !== 'function')
    throw new OptionError(
      `${path}key`,
      'a function of the request',
      typeof key === 'string' ? 'a string' : describeValue(key),
    )
  if (unit !== undefined && !(typeof unit === 'string' && /^[ -~]+$/.test(unit)))
    throw new OptionError(`${path}unit`, 'a string of printable ASCII', describeValue(unit))
  checkOneOf(`${path}partitionKey`, partitionKey, [true, false], 'function')
  warnOfNewLimiters(limiter)
  return { ...given, key, limiter }
}

/** @throws {OptionError} for an unknown version, or two whose fields have the same names. */
export function parseHeaders(headers: unknown): readonly HeaderVersion[] {
  if (headers === false) return []
  const versions: readonly unknown[] = Array.isArray(headers) ? headers : [headers ?? 'draft-10']
  for (const version of versions) checkOneOf('headers', version, Object.keys(HEADER_VERSIONS))
  if (versions.filter((version) => version !== 'legacy').length > 1)
    throw new OptionError('headers', 'at most one draft, as they share field names', versions.join(' and '))
  return versions as HeaderVersion[]
}

function isLimiter(value: unknown): value is RateLimiter {
  const limiter = value as Partial<RateLimiter> | null | undefined
  const methods = [limiter?.limit, limiter?.peek, limiter?.refund]
  return methods.every((method) => typeof method === 'function') && Array.isArray(limiter?.windows)
}

function checkOneOf(option: string, value: unknown, values: readonly unknown[], type?: string): void {
  if (value === undefined || values.includes(value) || typeof value === type) return
  const allowed = [...values.map(describeValue), ...(type === undefined ? [] : [`a ${type}`])]
  throw new OptionError(option, allowed.join(' or '), describeValue(value))
}
