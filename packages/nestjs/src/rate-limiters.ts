import type { OnApplicationShutdown } from '@nestjs/common'
import { OptionError, type RateLimiter } from '@rl/core'
import { checkMethods, checkOneOf, describeValue, ownOptions, wrongOption } from '@rl/core/check'
import type { ModuleDefaults, RateLimitModuleOptions } from './options.ts'

/** The names of the module's options. */
export const OPTIONS: readonly string[] = [
  'limiters',
  'key',
  'skip',
  'headers',
  'partitionKey',
  'onStoreError',
  'onRefundError',
  'denied',
]

/**
 * The module's limiters, for injection. In tests, override it: `overrideProvider(RateLimiters).useValue(new RateLimiters(…))`.
 *
 * @example
 * class Mailer {
 *   readonly #mails: RateLimiter
 *   constructor(limiters: RateLimiters) { // without emitDecoratorMetadata: @Inject(RateLimiters) limiters
 *     this.#mails = limiters.get('mails')
 *   }
 * }
 */
export class RateLimiters implements OnApplicationShutdown {
  /** Used where a decorator leaves an option out. */
  readonly defaults: ModuleDefaults<unknown>
  readonly #limiters = new Map<string, RateLimiter>()

  /** @throws {OptionError} naming the option that is wrong. */
  constructor(given: RateLimitModuleOptions<never>) {
    const { limiters, ...defaults } = ownOptions('options', given, OPTIONS)
    if (!Array.isArray(limiters) || limiters.length === 0)
      throw wrongOption('limiters', 'an array with at least one limiter', limiters)
    for (const [i, limiter] of (limiters as readonly RateLimiter[]).entries()) {
      checkMethods(`limiters[${i}]`, limiter, ['limit', 'peek', 'refund'], 'a limiter of @rl/core')
      if (this.#limiters.has(limiter.name))
        throw new OptionError(
          `limiters[${i}]`,
          'unlike the others in name',
          `a second one named ${describeValue(limiter.name)}`,
        )
      this.#limiters.set(limiter.name, limiter)
    }
    this.defaults = defaults as ModuleDefaults<unknown>
  }

  get names(): readonly string[] {
    return [...this.#limiters.keys()]
  }

  /**
   * A limiter by its name.
   *
   * @throws {OptionError} that lists the names, for another one.
   */
  get(name: string): RateLimiter {
    return this.#limiters.get(checkOneOf('limiter', name, this.names)) as RateLimiter
  }

  /** Waits for what was sent, such as refunds of the last responses. Errors went to those who called. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([...this.#limiters.values()].map((limiter) => limiter.drain()))
  }
}
