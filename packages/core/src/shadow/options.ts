import type { Decision, Denied, DeniedByPolicy } from '../decision/types.ts'
import { OptionError } from '../errors.ts'
import { checkFunction, checkMethods, checkShare, ownOptions } from '../options/check.ts'
import type { RateLimiter } from '../rate-limiter.ts'

/**
 * Options of `shadow`.
 *
 * @example { live: limiter, sample: 0.1, onDenied: ({ id }) => metrics.count('would_deny', id) }
 */
export interface ShadowOptions {
  /**
   * The limiter that decides, if one does. The candidate is asked beside it and needs another name, so that it has its own
   * counters. Default: everything is admitted.
   */
  readonly live?: RateLimiter | undefined
  /**
   * The share of identifiers that the candidate is asked about: above 0, up to 1. Every process picks the same, and all calls of
   * one identifier are counted or none. Default 1.
   */
  readonly sample?: number | undefined
  /**
   * Called with each decision by which the candidate would have denied a call, and what the live limiter said, if there is
   * one and it answered. Its errors are ignored.
   */
  readonly onDenied?: ((denied: Denied | DeniedByPolicy, live: Decision | undefined) => unknown) | undefined
}

export interface ShadowSettings {
  readonly live: RateLimiter | undefined
  readonly sample: number
  readonly onDenied: NonNullable<ShadowOptions['onDenied']> | undefined
}

/** @throws {OptionError} naming the option that is wrong. */
export function parseShadow(candidate: RateLimiter, given: ShadowOptions): ShadowSettings {
  const { live, sample = 1, onDenied } = ownOptions('options', given, ['live', 'sample', 'onDenied'])
  checkLimiter('candidate', candidate)
  if (live !== undefined) {
    checkLimiter('live', live)
    if (live.name === candidate.name) {
      throw new OptionError('candidate.name', "unlike the live limiter's, as one name is one counter", 'the same name')
    }
    if (unitsOf(live) !== unitsOf(candidate)) {
      throw new OptionError('candidate.windows', `with the live limiter's units (${unitsOf(live)})`, unitsOf(candidate))
    }
  }
  return {
    live,
    sample: checkShare('sample', sample),
    onDenied: onDenied === undefined ? undefined : checkFunction('onDenied', onDenied),
  }
}

function checkLimiter(option: string, value: RateLimiter): void {
  checkMethods(option, value, ['limit', 'peek', 'refund'], 'a limiter')
}

function unitsOf({ windows }: RateLimiter): string {
  return [...new Set(windows.flatMap(({ unit }) => unit ?? []))].sort().join(', ') || 'none'
}
