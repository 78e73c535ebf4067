import { type LimitOptions, OptionError, type RateLimiter } from '@rl/core'
import { hashedKey } from '../fields/partition-key.ts'
import type { PerRequest } from './options.ts'
import { checkLimiter, type Rule } from './parse-options.ts'

/** One limiter's question about a request. */
export interface Question {
  readonly limiter: RateLimiter
  readonly key: string
  readonly options: LimitOptions | undefined
  readonly unit: string | undefined
  readonly partitionKey?: Uint8Array | undefined
}

/**
 * At once where nothing has to be waited for, as in most applications: each request would feel the turns of a promise.
 * Never throws.
 *
 * @returns what rejects with an OptionError naming `key`, if what it gave is no identifier.
 */
export function questionOf<Args extends readonly unknown[]>(
  rule: Rule<Args>,
  args: Args,
): Question | Promise<Question> {
  try {
    const { limiter, cost, limit, calendar, partitionKey } = rule
    const key = rule.key(...args)
    if (
      typeof key !== 'string' ||
      typeof limiter === 'function' ||
      typeof cost === 'function' ||
      typeof limit === 'function' ||
      calendar ||
      partitionKey
    ) {
      return questionFrom(rule, args, key)
    }
    return question(rule, key, limiter, cost === undefined && limit === undefined ? undefined : { cost, limit })
  } catch (error) {
    return Promise.reject(error)
  }
}

export function isQuestion(asked: Question | Promise<Question>): asked is Question {
  return 'limiter' in asked
}

async function questionFrom<Args extends readonly unknown[]>(
  rule: Rule<Args>,
  args: Args,
  later: string | Promise<string>,
): Promise<Question> {
  // Rejects where the function throws: the promises of those called before it would otherwise have nobody to reject to.
  const resolve = async <Value>(given: Value | PerRequest<Args, Value>): Promise<Value> =>
    typeof given === 'function' ? (given as PerRequest<Args, Value>)(...args) : given
  const [key, limiter, cost, limit, calendar] = await Promise.all([
    later,
    resolve(rule.limiter),
    resolve(rule.cost),
    resolve(rule.limit),
    resolve(rule.calendar),
  ])
  checkLimiter('limiter', limiter)
  const asked = question(rule, key, limiter, { cost, limit, calendar })
  const { partitionKey: name } = rule
  return name ? { ...asked, partitionKey: await (name === true ? hashedKey : name)(key) } : asked
}

function question(
  { unit }: Pick<Rule<never>, 'unit'>,
  key: unknown,
  limiter: RateLimiter,
  options: LimitOptions | undefined,
): Question {
  if (typeof key !== 'string' || key === '') {
    // Not the value: it may be an identifier.
    const received = key === '' ? 'an empty one' : key == null ? `${key}` : `a value of type ${typeof key}`
    throw new OptionError('key', 'a function that gives a non-empty string', received)
  }
  return { limiter, key, options, unit }
}
