import { OptionError, type RateLimiter } from '@rl/core'
import { HEADER_VERSIONS, type HeaderVersion } from './headers/versions.ts'
import type { GuardOptions, LimiterEntry, LimiterSettings, Of } from './options.ts'
import { show, typeNameOf } from './show.ts'

/** A limiter with all that is needed to ask it about a request. */
export interface Rule<Args extends readonly unknown[]> extends Omit<LimiterEntry<Args>, 'key'> {
  readonly key: Of<Args, string>
}

const SETTINGS = ['key', 'cost', 'limit', 'partitionKey', 'unit'] as const
const COMMON = ['limiter', 'limiters', 'skip', 'refund', 'onRefundError', 'headers', 'onStoreError', 'denied']

/** @throws {OptionError} naming the first option that is wrong. */
export function parseRules<Args extends readonly unknown[]>(given: GuardOptions<Args, never>): readonly Rule<Args>[] {
  const options: GuardOptions<Args, never> = Object(given) // nothing given is no limiter given
  checkKnown('options', options, [...SETTINGS, ...COMMON])
  checkOneOf('refund', options.refund, ['failed', 'successful'], 'function')
  checkOneOf('onStoreError', options.onStoreError, ['throw', 'unavailable'])
  for (const name of ['skip', 'onRefundError', 'denied']) {
    checkOneOf(name, options[name as keyof typeof options], [], 'function')
  }
  const { limiter, limiters } = options
  if ((limiter === undefined) === (limiters === undefined))
    throw new OptionError('limiter', 'given, or limiters in its place', limiter === undefined ? 'neither' : 'both')
  if (limiter !== undefined) return [ruleOf(options, { limiter }, '')]
  if (!Array.isArray(limiters) || limiters.length === 0)
    throw new OptionError('limiters', 'an array with at least one limiter', show(limiters))
  return limiters.map((entry: RateLimiter | LimiterEntry<Args>, i) => {
    if (isLimiter(entry)) return ruleOf(options, { limiter: entry }, '')
    const path = `limiters[${i}]`
    if (typeof entry !== 'object' || entry === null)
      throw new OptionError(path, 'a limiter, or an object with one', show(entry))
    checkKnown(path, entry, [...SETTINGS, 'limiter'])
    return ruleOf(options, entry, `${path}.`)
  })
}

function ruleOf<Args extends readonly unknown[]>(
  common: LimiterSettings<Args>,
  entry: LimiterEntry<Args>,
  path: string,
): Rule<Args> {
  const { limiter } = entry
  if (!isLimiter(limiter)) throw new OptionError(`${path}limiter`, 'a limiter', show(limiter))
  const given = Object.fromEntries(SETTINGS.map((name) => [name, entry[name] ?? common[name]])) as LimiterSettings<Args>
  const { key, unit, partitionKey } = given
  if (typeof key !== 'function') throw new OptionError(`${path}key`, 'a function of the request', typeNameOf(key))
  if (unit !== undefined && !(typeof unit === 'string' && /^[ -~]+$/.test(unit)))
    throw new OptionError(`${path}unit`, 'a string of printable ASCII', show(unit))
  checkOneOf(`${path}partitionKey`, partitionKey, [true, false], 'function')
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
  const allowed = [...values.map(show), ...(type === undefined ? [] : [`a ${type}`])]
  throw new OptionError(option, allowed.join(' or '), show(value))
}

/** A misspelt option would otherwise be a limit that is not applied. */
function checkKnown(where: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new OptionError(where, `made of ${known.join(', ')}`, `the unknown ${show(unknown)}`)
}
