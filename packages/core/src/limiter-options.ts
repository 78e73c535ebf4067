import type { CounterStore } from './contract/store.ts'
import type { Window } from './contract/windows.ts'
import type { FastPathFactory } from './decision/fast-path.ts'
import type { Decision } from './decision/types.ts'
import { type BreakerOptions, type BreakerSettings, parseBreaker } from './dispatch/breaker.ts'
import { checkFunction, checkInteger, checkShare, ownOptions, wrongOption } from './options/check.ts'
import { type OnStoreError, parseOnStoreError, parseStore } from './options/store.ts'
import { parseWindows, type UnitWindowOptions, type WindowOptions } from './options/windows.ts'

interface CommonOptions<Policy extends OnStoreError> {
  /**
   * The policy's name: 1 to 128 bytes of well-formed text. Limiters with the same name and windows on the same storage share
   * their counters.
   */
  readonly name: string
  /** Where the counters live: a `MemoryStore`, one of the Redis stores, or your own. */
  readonly store: CounterStore
  /**
   * How long a call may take, in milliseconds: an integer from 1 to 2^31-1. Set it to twice the store's slowest round trip; to
   * three times with a store to fall back on, which gets half of it. Default 1000.
   */
  readonly deadlineMs?: number | undefined
  /**
   * The fate of a call that the store could not answer: `'throw'` rejects with a `StoreError`, `'allow'` admits, `'deny'`
   * denies, and a store is asked in its place. `refund` and `reset` reject under all of them. Default `'throw'`.
   */
  readonly onStoreError?: Policy | undefined
  /**
   * The share of each limit that a store to fall back on applies, rounded down: above 0, up to 1. Every process that falls
   * back on its own store counts for itself, so that n of them together admit up to n times this share. Default 1.
   */
  readonly fallbackShare?: number | undefined
  /**
   * When to stop asking a store that does not answer, see {@link BreakerOptions}; `false` never stops. A store has one breaker:
   * the first limiter that names settings decides, and different ones later are an error. Default `true`.
   */
  readonly breaker?: boolean | BreakerOptions | undefined
  /**
   * Ways to answer calls in this process, without asking the store, from `@rl/core/fast-paths`. Asked in order. Default none.
   *
   * @example [lease({ share: 0.05 }), denyCache()]
   */
  readonly fastPaths?: readonly FastPathFactory[] | undefined
}

interface OneWindow<Policy extends OnStoreError> extends CommonOptions<Policy>, WindowOptions {
  readonly windows?: undefined
}

interface SeveralWindows<Policy extends OnStoreError> extends CommonOptions<Policy> {
  /** Admitted by all or charged to none. No two with the same length, anchor and unit. */
  readonly windows: readonly UnitWindowOptions[]
  readonly limit?: undefined
  readonly window?: undefined
  readonly anchor?: undefined
}

/**
 * Options of a limiter: one window, or several under `windows`.
 *
 * @example { name: 'api', store, limit: 100, window: '1m', onStoreError: 'allow' }
 * @example { name: 'api', store, windows: [{ limit: 10, window: '1s' }, { limit: 1000, window: '1d' }] }
 * @example
 * { name: 'llm', store, windows: [{ unit: 'requests', limit: 60, window: '1m' }, { unit: 'tokens', limit: 100_000, window: '1m' }] }
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
  readonly fastPaths: readonly FastPathFactory[]
}

const KNOWN: readonly string[] = [
  'name',
  'store',
  'limit',
  'window',
  'anchor',
  'windows',
  'deadlineMs',
  'onStoreError',
  'fallbackShare',
  'breaker',
  'fastPaths',
]

/** @throws {OptionError} naming the first option that is wrong. */
export function parseOptions(given: LimiterOptions): Settings {
  const options = ownOptions('options', given, KNOWN)
  const { deadlineMs = 1000, onStoreError = 'throw', fallbackShare = 1 } = options
  return {
    name: parseName(options.name),
    store: parseStore('store', options.store),
    windows: parseWindows(options),
    deadlineMs: checkInteger('deadlineMs', deadlineMs, 1, 2 ** 31 - 1),
    onStoreError: parseOnStoreError(onStoreError),
    fallbackShare: checkShare('fallbackShare', fallbackShare),
    breaker: parseBreaker(options.breaker),
    fastPaths: parseFastPaths(options.fastPaths),
  }
}

function parseName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.isWellFormed() && new TextEncoder().encode(name).length <= 128) {
    return name
  }
  throw wrongOption('name', 'a non-empty, well-formed string of at most 128 bytes', name)
}

function parseFastPaths(value: unknown = []): readonly FastPathFactory[] {
  if (!Array.isArray(value)) {
    throw wrongOption('fastPaths', 'an array such as [lease(), denyCache()]', value)
  }
  return Array.from(value, (path: FastPathFactory, i) => checkFunction(`fastPaths[${i}]`, path))
}
