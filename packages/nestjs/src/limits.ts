import type { RateLimiter } from '@rl/core'
import { wrongOption } from '@rl/core/check'
import type { GuardOptions, PerRequest } from '@rl/http'
import type { HandlerArgs, LimiterName, NamedLimiter, Outcome, RateLimitOptions } from './options.ts'
import type { RateLimiters } from './rate-limiters.ts'

type Args = HandlerArgs<unknown>

/** The names of the limiters that a decorator uses. Those that are picked for each call are left out. */
export function namesIn(options: RateLimitOptions<unknown>, limiters: RateLimiters): readonly string[] {
  const { limiter = onlyOf(limiters), limiters: several = [limiter] } = options
  return several.map(nameOf).filter((name) => typeof name === 'string')
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
): GuardOptions<Args, Outcome> | undefined {
  const { limiter, limiters: several, ...rest } = own
  const options = { ...limiters.defaults, ...withoutUndefined(rest) }
  const isLeft = (name: unknown): boolean => !without.some((each) => each === name)
  if (several === undefined) {
    const name = limiter ?? onlyOf(limiters)
    return isLeft(name) ? { ...options, limiter: named(name, limiters) } : undefined
  }
  if (limiter !== undefined) throw wrongOption('limiter', 'left out beside limiters', limiter)
  if (!Array.isArray(several) || several.length === 0)
    throw wrongOption('limiters', 'an array with at least one limiter', several)
  const left = several
    .filter((each) => isLeft(nameOf(each)))
    .map((each: (typeof several)[number]) => {
      const settings = isEntry(each) ? each : {}
      return { ...settings, limiter: named(nameOf(each), limiters) }
    })
  return left.length === 0 ? undefined : { ...options, limiters: left }
}

/** The limiter of a name, at once where that does not depend on the call: a wrong name is an error at the start. */
function named(name: LimiterName<unknown>, limiters: RateLimiters): RateLimiter | PerRequest<Args, RateLimiter> {
  return typeof name === 'function' ? async (...args) => limiters.get(await name(...args)) : limiters.get(name)
}

function nameOf(each: string | NamedLimiter<unknown> | LimiterName<unknown>): LimiterName<unknown> {
  return isEntry(each) ? each.limiter : each
}

function isEntry(each: unknown): each is NamedLimiter<unknown> {
  return typeof each === 'object' && each !== null
}

/** The name that is meant where none is given. With several limiters there is none, which the error says that lists them. */
function onlyOf({ names }: RateLimiters): string {
  return (names.length === 1 ? names[0] : undefined) as string
}

/** An option that is `undefined` must not hide a default. */
function withoutUndefined<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options
}
