import { checkInteger, checkMethods, isPlainObject, ownOptions } from '../options/check.ts'
import { LIMIT_OPTIONS, type LimitOptions } from '../options/limit-options.ts'

/**
 * Options of `waitQueue`.
 *
 * @example { maxWaitMs: 5000, maxWaiting: { calls: 1000, units: 500_000 } }
 */
export interface WaitQueueOptions {
  /** How long a call waits at most, in milliseconds: an integer from 0 to 2^53-1. A call that would wait longer is denied at once. */
  readonly maxWaitMs: number
  /**
   * Calls that wait at once in this process, over all identifiers, and units that they ask for; of several units, each is counted
   * by itself. Integers from 0 to 2^53-1; a number is `calls`. A call beyond is denied at once. Default 10 000 calls, any units.
   */
  readonly maxWaiting?:
    | number
    | { readonly calls?: number | undefined; readonly units?: number | undefined }
    | undefined
}

/**
 * Options of one call.
 *
 * @example await queue.limit('tenant_7', { cost: 1200, maxWaitMs: 30_000, signal })
 */
export interface WaitOptions extends LimitOptions {
  /** How long this call waits at most, in milliseconds: an integer from 0 to 2^53-1. Default: the queue's. */
  readonly maxWaitMs?: number | undefined
  /** Aborting rejects the call with the signal's reason. It leaves the queue, and is charged nothing. */
  readonly signal?: AbortSignal | undefined
}

export interface WaitQueueSettings {
  readonly maxWaitMs: number
  readonly maxCalls: number
  readonly maxUnits: number
}

/** @throws {OptionError} naming the option that is wrong. */
export function parseWaitQueue(limiter: unknown, given: WaitQueueOptions): WaitQueueSettings {
  checkMethods('limiter', limiter, ['limit', 'peek', 'refund'], 'a limiter')
  const { maxWaitMs, maxWaiting = {} } = ownOptions('options', given, ['maxWaitMs', 'maxWaiting'])
  const isNumber = !isPlainObject(maxWaiting)
  const most = isNumber ? { calls: checkInteger('maxWaiting', maxWaiting, 0) } : maxWaiting
  const { calls = 10_000, units = Number.MAX_SAFE_INTEGER } = ownOptions('maxWaiting', most, ['calls', 'units'])
  return {
    maxWaitMs: checkInteger('maxWaitMs', maxWaitMs, 0),
    maxCalls: checkInteger('maxWaiting.calls', calls, 0),
    maxUnits: checkInteger('maxWaiting.units', units, 0),
  }
}

const WAIT_OPTIONS = [...LIMIT_OPTIONS, 'maxWaitMs']

/** The queue's options of a call, apart from those for the limiter. */
export interface ParsedWait {
  readonly maxWaitMs: number
  readonly options: LimitOptions | undefined
}

/** @throws {OptionError} naming the option that is wrong. */
export function parseWait(given: WaitOptions | undefined, byDefault: number): ParsedWait {
  if (given === undefined) return { maxWaitMs: byDefault, options: undefined }
  const { maxWaitMs = byDefault, ...options } = ownOptions('options', given, WAIT_OPTIONS)
  return { maxWaitMs: checkInteger('maxWaitMs', maxWaitMs, 0), options }
}
