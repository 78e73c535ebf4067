import { wrongOption } from '@rl/core/check'
import type { GuardOptions } from '@rl/http'
import type { HandlerArgs, NamedLimiter, Outcome, RateLimitOptions } from './options.ts'
import type { RateLimiters } from './rate-limiters.ts'

/** The names of the limiters that a decorator uses. */
export function namesIn(options: RateLimitOptions<unknown>, limiters: RateLimiters): readonly string[] {
  const { limiter = onlyOf(limiters), limiters: several = [limiter] } = options
  return several.map((each) => (typeof each === 'string' ? each : each.limiter))
}

/**
 * A decorator's options over the module's defaults, with limiters in place of their names.
 *
 * @param without Names of limiters to leave out.
 * @returns `undefined` if no limiter is left.
 * @throws {OptionError} that lists the names of the limiters, for another one.
 */
export function guardOptions(
  own: RateLimitOptions<unknown>,
  limiters: RateLimiters,
  without: readonly string[],
): GuardOptions<HandlerArgs<unknown>, Outcome> | undefined {
  const { limiter, limiters: several, ...rest } = own
  const options = { ...limiters.defaults, ...withoutUndefined(rest) }
  if (several === undefined) {
    const name = limiter ?? onlyOf(limiters)
    return without.includes(name) ? undefined : { ...options, limiter: limiters.get(name) }
  }
  if (limiter !== undefined) throw wrongOption('limiter', 'left out beside limiters', limiter)
  if (!Array.isArray(several) || several.length === 0)
    throw wrongOption('limiters', 'an array with at least one limiter', several)
  const left = several
    .map((each: string | NamedLimiter<unknown>) => (typeof each === 'string' ? { limiter: each } : each))
    .filter((each) => !without.includes(each.limiter))
    .map((each) => ({ ...each, limiter: limiters.get(each.limiter) }))
  return left.length === 0 ? undefined : { ...options, limiters: left }
}

/** The name that is meant where none is given. With several limiters there is none, which the error says that lists them. */
function onlyOf({ names }: RateLimiters): string {
  return (names.length === 1 ? names[0] : undefined) as string
}

/** What is `undefined` must not hide a default. */
function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options
}
