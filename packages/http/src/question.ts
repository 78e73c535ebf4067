import { type LimitOptions, OptionError, type RateLimiter } from '@rl/core'
import type { Answer } from './ask.ts'
import { type PolicyState, policyNames, type QuotaPolicy } from './headers/policy.ts'
import type { Of } from './options.ts'
import type { Rule } from './parse-options.ts'
import { hashedKey } from './partition-key.ts'
import { typeNameOf } from './show.ts'

/** What one limiter is asked about a request. */
export interface Question {
  readonly limiter: RateLimiter
  readonly key: string
  readonly options: LimitOptions | undefined
  readonly unit: string | undefined
  readonly partitionKey: Uint8Array | undefined
}

/** @throws {OptionError} naming `key`, if what it gave is no identifier. */
export async function questionOf<Args extends readonly unknown[]>(rule: Rule<Args>, args: Args): Promise<Question> {
  const { cost: costOf, limit: limitOf } = rule
  const [key, cost, limit] =
    typeof costOf === 'function' || typeof limitOf === 'function'
      ? await Promise.all([resolve(rule.key, args), resolve(costOf, args), resolve(limitOf, args)])
      : [await rule.key(...args), costOf, limitOf]
  if (typeof key !== 'string' || key === '')
    throw new OptionError(
      'key',
      'a function that gives a non-empty string',
      key === '' ? 'an empty one' : typeNameOf(key),
    )
  const { limiter, unit, partitionKey } = rule
  return {
    limiter,
    key,
    options: cost === undefined && limit === undefined ? undefined : { cost, limit },
    unit,
    partitionKey: partitionKey ? await (partitionKey === true ? hashedKey : partitionKey)(key) : undefined,
  }
}

/** The policies of the limiter that was asked, as they stand after its answer. */
export function policiesOf({ question, decision, givenBack }: Answer): readonly QuotaPolicy[] {
  const { limiter, options, unit, partitionKey } = question
  const names = policyNames(limiter.name, limiter.windows)
  const counted = decision === undefined || decision.source === 'failure-policy' ? undefined : decision
  return limiter.windows.map(({ windowMs, limit }, i) => {
    const window = counted?.windows[i]
    const own = Array.isArray(options?.limit) ? options.limit[i] : options?.limit
    let state: PolicyState | undefined
    if (counted !== undefined && window !== undefined) {
      const { resetAt, resetAfterMs } = window
      const remaining = window.remaining + (givenBack ? counted.cost : 0)
      state = { remaining, resetAt, resetAfterMs, violated: !counted.allowed && window.remaining < counted.cost }
    }
    return { name: names[i] ?? limiter.name, limit: window?.limit ?? own ?? limit, windowMs, unit, partitionKey, state }
  })
}

/** Rejects where the function throws: the promises of those called before it would otherwise have nobody to reject to. */
async function resolve<Args extends readonly unknown[], Value>(
  given: Value | Of<Args, Value>,
  args: Args,
): Promise<Value> {
  return typeof given === 'function' ? (given as Of<Args, Value>)(...args) : given
}
