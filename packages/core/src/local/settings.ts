import { checkInteger, checkShare, checkSwitch } from '../check.ts'

/**
 * Settings of the deny cache: this process remembers which identifiers were denied or have used up a window, and denies
 * what can't fit without asking the store (`source: 'deny-cache'`). The trade: after a reset or refund by another process,
 * calls are still denied here for up to `maxAgeMs`. A denial never outlives its window by the store's clock, and
 * `retryAfterMs` may be too long by as much as the store's answer took, never too short.
 *
 * @example new FixedWindowRateLimiter({ name, store, limit, window, denyCache: { maxAgeMs: 500 } })
 */
export interface DenyCacheOptions {
  /** Identifiers remembered at most: an integer from 1 to 2^53-1. Those asked for least recently go first. Default 10 000. */
  readonly maxKeys?: number | undefined
  /**
   * How long a denial may be repeated before the store is asked again, in milliseconds from when it was asked last: an
   * integer from 1. Default 1000.
   */
  readonly maxAgeMs?: number | undefined
}

/**
 * Settings of leases: for an identifier that is called often, a share of what its limit leaves is taken ahead with a call
 * that goes to the store anyway, and the following calls are served from it (`source: 'lease'`). Never admits more than the
 * limit. The trades:
 * - Units that nobody asks for before their window ends stay unused: at most `share` of the limit in each process. With
 *   several windows that is so each time the shortest of them ends, and in the longer ones what was lost stays used.
 * - The same goes for units held when a process ends, when `maxKeys` others come between, when a call with a limit of its
 *   own takes the lease's place after `maxAgeMs`, when a refund comes between that makes the count look reset, or when the
 *   store's answer is lost: with outcome `'unknown'`, up to a lease more than the calls' cost may have been charged.
 * - While another process holds units, calls are denied here, and `remaining` counts those units as used.
 * - After a reset by another process, up to a lease is admitted on top of the limit of the new count: within `maxAgeMs`,
 *   or later if the count has grown past its former size before the store is asked again.
 *
 * @example new FixedWindowRateLimiter({ name, store, limit, window, lease: { share: 0.05 } })
 */
export interface LeaseOptions {
  /** The share of the units left, by the last answer, that may be taken ahead: above 0, up to 1. Default 0.1. */
  readonly share?: number | undefined
  /** Identifiers followed at most: an integer from 1 to 2^53-1. Those asked for least recently go first. Default 10 000. */
  readonly maxKeys?: number | undefined
  /**
   * How long units taken ahead are served before the store is asked again, in milliseconds from when it was asked last: an
   * integer from 1. Identifiers called less than twice in that time have nothing taken ahead. Default 1000.
   */
  readonly maxAgeMs?: number | undefined
}

export interface CacheSettings {
  readonly maxKeys: number
  readonly maxAgeMs: number
}

export interface LeaseSettings extends CacheSettings {
  readonly share: number
}

/** @throws {OptionError} naming the setting that is wrong. */
export function parseDenyCache(value: unknown): CacheSettings | undefined {
  const options = checkSwitch('denyCache', value, ['maxKeys', 'maxAgeMs'])
  return options && parseCache('denyCache', options)
}

/** @throws {OptionError} naming the setting that is wrong. */
export function parseLease(value: unknown): LeaseSettings | undefined {
  const options: LeaseOptions | undefined = checkSwitch('lease', value, ['share', 'maxKeys', 'maxAgeMs'])
  if (options === undefined) return undefined
  const { share = 0.1 } = options
  return { ...parseCache('lease', options), share: checkShare('lease.share', share) }
}

function parseCache(option: string, { maxKeys = 10_000, maxAgeMs = 1000 }: DenyCacheOptions): CacheSettings {
  return {
    maxKeys: checkInteger(`${option}.maxKeys`, maxKeys, 1),
    maxAgeMs: checkInteger(`${option}.maxAgeMs`, maxAgeMs, 1),
  }
}
