import { type BreakerOptions, type BreakerSettings, parseBreaker } from './breaker.ts'
import { checkInteger, checkShare, ownOptions, show } from './check.ts'
import type { Decision } from './decision.ts'
import { type Duration, parseDuration } from './duration.ts'
import { OptionError } from './errors.ts'
import {
  type CacheSettings,
  type DenyCacheOptions,
  type LeaseOptions,
  type LeaseSettings,
  parseDenyCache,
  parseLease,
} from './local/settings.ts'
import type { Anchor, CounterStore, Window } from './store.ts'

/**
 * One window of a limiter.
 *
 * @example { limit: 10, window: '1s' }, { limit: 1000, window: '1d', anchor: 'first-hit' }
 */
export interface WindowOptions {
  /** Units admitted per identifier and window: an integer from 0 (nothing is ever admitted) to 2^53-1. */
  readonly limit: number
  /** Length: milliseconds, or a duration such as `'1m'`. From 1 ms to 2^53-1 ms. */
  readonly window: Duration
  /** When a window begins, see {@link Anchor}. Default `'epoch'`. */
  readonly anchor?: Anchor | undefined
}

/** What to do with a call that the store could not answer: reject, admit, deny, or ask another store. */
export type OnStoreError = 'throw' | 'allow' | 'deny' | CounterStore

interface CommonOptions<Policy extends OnStoreError> {
  /** The policy's name, at most 128 bytes. Limiters with the same name and windows on the same storage share their counters. */
  readonly name: string
  /** Where the counters live: a `MemoryStore`, one of the Redis stores, or your own. */
  readonly store: CounterStore
  /**
   * How long a call may take, in milliseconds: an integer from 1 to 2^31-1. With a store to fall back on, each of the two
   * gets half of it. More than four thirds of the store's slowest usual round trip, as a call may wait for a quarter of it
   * behind others before it is sent. Default 1000.
   */
  readonly deadlineMs?: number | undefined
  /**
   * What to do with a call that the store could not answer: `'throw'` rejects with a `StoreError`, `'allow'` admits, `'deny'`
   * denies, and a store is asked in its place. `refund` and `reset` reject under all of them. Default `'throw'`.
   */
  readonly onStoreError?: Policy | undefined
  /**
   * The share of each limit that a store to fall back on applies, rounded down: above 0, up to 1. Every process that falls
   * back on a store of its own counts for itself, so that n of them together admit up to n times this share. Default 1.
   */
  readonly fallbackShare?: number | undefined
  /** When to stop asking a store that does not answer, see {@link BreakerOptions}. Default `true`. */
  readonly breaker?: boolean | BreakerOptions | undefined
  /** Whether to deny locally what the store denied before: quicker under a flood, see {@link DenyCacheOptions}. Default `false`. */
  readonly denyCache?: boolean | DenyCacheOptions | undefined
  /** Whether to take units ahead and serve them locally: far quicker for busy identifiers, see {@link LeaseOptions}. Default `false`. */
  readonly lease?: boolean | LeaseOptions | undefined
}

interface OneWindow<Policy extends OnStoreError> extends CommonOptions<Policy>, WindowOptions {
  readonly windows?: undefined
}

interface SeveralWindows<Policy extends OnStoreError> extends CommonOptions<Policy> {
  /** Admitted by all or charged to none. No two with the same length and anchor. */
  readonly windows: readonly WindowOptions[]
  readonly limit?: undefined
  readonly window?: undefined
  readonly anchor?: undefined
}

/**
 * Options of a limiter: one window, or several under `windows`.
 *
 * @example { name: 'api', store, limit: 100, window: '1m', onStoreError: 'allow' }
 * @example { name: 'api', store, windows: [{ limit: 10, window: '1s' }, { limit: 1000, window: '1d' }] }
 */
export type LimiterOptions<Policy extends OnStoreError = OnStoreError> = OneWindow<Policy> | SeveralWindows<Policy>

/** The decisions to expect under a policy: only `'allow'` and `'deny'` make some that did not come from a counter. */
export type DecisionUnder<Policy extends OnStoreError> = 'allow' extends Policy
  ? Decision
  : 'deny' extends Policy
    ? Decision
    : Exclude<Decision, { source: 'failure-policy' }>

/** The options, checked and with their defaults. */
export interface Settings {
  readonly name: string
  readonly store: CounterStore
  readonly windows: readonly Window[]
  readonly deadlineMs: number
  readonly onStoreError: OnStoreError
  readonly fallbackShare: number
  readonly breaker: BreakerSettings | undefined
  readonly denyCache: CacheSettings | undefined
  readonly lease: LeaseSettings | undefined
}

const COMMON = ['name', 'store', 'deadlineMs', 'onStoreError', 'fallbackShare', 'breaker', 'denyCache', 'lease']
const WINDOW = ['limit', 'window', 'anchor']

/** @throws {OptionError} naming the first option that is wrong. */
export function parseOptions(given: LimiterOptions): Settings {
  const options = ownOptions('options', given, [...COMMON, ...WINDOW, 'windows'])
  const { deadlineMs = 1000, onStoreError = 'throw', fallbackShare = 1 } = options
  return {
    name: options.name,
    store: parseStore('store', options.store),
    windows: parseWindows(options),
    deadlineMs: checkInteger('deadlineMs', deadlineMs, 1, 2 ** 31 - 1),
    onStoreError: parseOnStoreError(onStoreError),
    fallbackShare: checkShare('fallbackShare', fallbackShare),
    breaker: parseBreaker(options.breaker),
    denyCache: parseDenyCache(options.denyCache),
    lease: parseLease(options.lease),
  }
}

function parseWindows(options: LimiterOptions): readonly Window[] {
  if (options.windows === undefined) return [parseWindow(options, '')]
  const { windows } = options
  for (const name of WINDOW) {
    if (name in options && options[name as 'limit'] !== undefined) {
      throw new OptionError(name, 'left out beside windows', show(options[name as 'limit']))
    }
  }
  if (!Array.isArray(windows) || windows.length === 0)
    throw new OptionError('windows', 'an array with at least one window', show(windows))
  const parsed = Array.from(windows, (window: WindowOptions, i) => {
    return parseWindow(ownOptions(`windows[${i}]`, window, WINDOW), `windows[${i}].`)
  })
  parsed.forEach((window, i) => {
    const twin = parsed.findIndex((other) => other.windowMs === window.windowMs && other.anchor === window.anchor)
    if (twin !== i)
      throw new OptionError(`windows[${i}]`, 'unlike the others in length or anchor', `the same as windows[${twin}]`)
  })
  return parsed
}

function parseWindow(options: WindowOptions, path: string): Window {
  const { limit, window, anchor = 'epoch' } = options
  if (anchor !== 'epoch' && anchor !== 'first-hit')
    throw new OptionError(`${path}anchor`, "'epoch' or 'first-hit'", show(anchor))
  return Object.freeze({
    limit: checkInteger(`${path}limit`, limit, 0),
    windowMs: parseDuration(`${path}window`, window),
    anchor,
  })
}

function parseOnStoreError(value: unknown): OnStoreError {
  if (value === 'throw' || value === 'allow' || value === 'deny') return value
  if (typeof value === 'string')
    throw new OptionError('onStoreError', "'throw', 'allow', 'deny' or a store", show(value))
  return parseStore('onStoreError', value)
}

function parseStore(option: string, value: unknown): CounterStore {
  const store = value as Partial<CounterStore> | null | undefined
  const complete = [store?.take, store?.refund, store?.clear].every((method) => typeof method === 'function')
  if (!complete) throw new OptionError(option, 'a store with take, refund and clear', show(value))
  return store as CounterStore
}
