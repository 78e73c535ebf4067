import type { Window } from '../contract/windows.ts'
import { Call } from '../decision/call.ts'
import { Requests } from '../decision/requests.ts'
import type { Settlement } from '../decision/settlement.ts'
import type { Decision } from '../decision/types.ts'
import { requestsAreIsolated } from '../dispatch/isolation.ts'
import { askWatched, Wrapper } from '../observe/wrappers.ts'
import type { Cost } from '../options/cost.ts'
import type { LimitOptions } from '../options/limit-options.ts'
import type { RateLimiter, RefundOptions } from '../rate-limiter.ts'
import { Alarms } from './alarms.ts'
import { Line, type LineOwner } from './line.ts'
import {
  parseWait,
  parseWaitQueue,
  type WaitOptions,
  type WaitQueueOptions,
  type WaitQueueSettings,
} from './options.ts'
import { Room } from './room.ts'
import { Waiter } from './waiter.ts'

/** A limiter whose calls wait for room. Made by {@link waitQueue}. */
export interface WaitingLimiter<Answer extends Decision = Decision> extends RateLimiter {
  /** As the limiter's, but a call that is denied waits, and is admitted as soon as there is room. */
  limit(id: string, options?: WaitOptions): Promise<Answer>
  /**
   * Whether {@link limit} admits the call, once there is room.
   *
   * @example if (await queue.isAllowed('example.com', { maxWaitMs: 1000 })) console.log('fetch it')
   */
  isAllowed(id: string, options?: WaitOptions): Promise<boolean>
  /**
   * The limiter's answer at this moment, without regard to those that wait.
   *
   * @example const { remaining } = await queue.peek('example.com')
   */
  peek(id: string, options?: LimitOptions): Promise<Answer>
  /**
   * Asks once more for those that wait, denies the rest, and drains the limiter.
   *
   * @example await queue.drain()
   */
  drain(): Promise<void>
}

const MAX_JITTER_MS = 100
/** Of the shortest window. */
const MAX_JITTER = 0.05

/**
 * A limiter whose calls wait for room: `limit` resolves with an admitted decision as soon as there is some, or at once with a
 * denied one if the wait would be longer than `maxWaitMs`, if the cost can never fit, or if too many wait.
 *
 * Calls of one identifier in this process are served in the order in which they came; one that is smaller does not overtake. A
 * denial that no counter was asked for, as others wait, has the source `'wait-queue'`; its `retryAfterMs` counts them in.
 *
 * Nothing is polled: calls wait for the end of the window that is in the way, and up to 100 ms longer (at most 5 % of the
 * shortest window), so that processes do not all ask at once. Units that are given back through this limiter are handed on at once,
 * those that other processes give back when a window ends. A call waits until `maxWaitMs` at most, the jitter and the store's
 * answer aside.
 *
 * In runtimes that isolate requests, such as Cloudflare Workers, each call waits by itself: in no order, with its own timer.
 *
 * A store that fails rejects the calls that were just being asked for, as it does without a queue. While calls wait, their
 * timers keep the process alive; `drain` answers them.
 *
 * @param limiter The limiter that is asked. Others that share its counters take their units at any time.
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * import { FixedWindowRateLimiter } from '@rl/core'
 * import { waitQueue } from '@rl/core/wait-queue'
 *
 * const limiter = new FixedWindowRateLimiter({ name: 'crawl', store, limit: 1, window: '1s' })
 * const queue = waitQueue(limiter, { maxWaitMs: 5000 })
 * for (let page = 1; page <= 3; page++) {
 *   const decision = await queue.limit('example.com')
 *   if (decision.allowed) console.log(`page ${page}`) // one a second
 * }
 */
export function waitQueue<Limiter extends RateLimiter>(
  limiter: Limiter,
  options: WaitQueueOptions,
): WaitingLimiter<Awaited<ReturnType<Limiter['limit']>>>
export function waitQueue(limiter: RateLimiter, options: WaitQueueOptions): WaitingLimiter {
  return new WaitQueue(limiter, parseWaitQueue(limiter, options))
}

class WaitQueue implements WaitingLimiter {
  readonly name: string
  readonly windows: readonly Window[]
  readonly #limiter: RateLimiter
  readonly #settings: WaitQueueSettings
  readonly #requests: Requests
  /** A line for each identifier in which somebody waits. */
  readonly #lines: Map<string, Line> = new Map()
  readonly #isIsolated: boolean = requestsAreIsolated()
  readonly #owner: LineOwner
  readonly #wrapper: Wrapper

  constructor(limiter: RateLimiter, settings: WaitQueueSettings) {
    const { name, windows } = limiter
    this.name = name
    this.windows = windows
    this.#limiter = limiter
    this.#settings = settings
    this.#requests = new Requests(this, windows)
    const shortestMs = Math.min(...windows.map((each) => (each.anchor === 'calendar' ? each.longestMs : each.windowMs)))
    this.#owner = {
      alarms: new Alarms(Math.min(MAX_JITTER_MS, shortestMs * MAX_JITTER), this.#isIsolated),
      room: new Room(settings, windows.length),
      ask: (id, options) => limiter.limit(id, options),
      giveBack: (decision) => {
        this.refund(decision).catch(() => {}) // the units stay charged until their windows end
      },
      ended: (line) => {
        this.#lines.delete(line.id)
      },
    }
    this.#wrapper = new Wrapper(this, limiter)
  }

  limit(id: string, options?: WaitOptions): Promise<Decision> {
    const { watcher } = this.#wrapper
    if (watcher === undefined) return this.#wait(id, options)
    const waiter = watcher.waiter(id, this.#owner.room)
    return watcher.call(id, false, () => waiter.until(this.#wait(id, options, () => waiter.began())))
  }

  #wait(id: string, given: WaitOptions | undefined, began?: () => void): Promise<Decision> {
    try {
      const { maxWaitMs, options } = parseWait(given, this.#settings.maxWaitMs)
      const { request, signal } = this.#requests.of(id, options, false)
      const call = new Call(id, request, signal)
      const { signal: _, ...unsignalled } = options ?? {}
      const waiter = new Waiter(call, options && unsignalled, maxWaitMs)
      waiter.began = began
      const line = this.#lineOf(id)
      if (call.leaving !== undefined) call.leaving.leave = () => line.leave(waiter)
      line.join(waiter)
      waiter.answer = call.promise()
      return waiter.answer
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async isAllowed(id: string, options?: WaitOptions): Promise<boolean> {
    return (await this.limit(id, options)).allowed
  }

  peek(id: string, options?: LimitOptions): Promise<Decision> {
    return askWatched(this.#wrapper.watcher, id, true, () => this.#limiter.peek(id, options))
  }

  async refund(decision: Decision, options?: RefundOptions): Promise<boolean> {
    const isBack = await this.#limiter.refund(decision, options)
    if (isBack) this.#lines.get(decision.id)?.wake()
    return isBack
  }

  async settle(
    decision: Decision,
    actual: Cost,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Settlement> {
    const settlement = await this.#limiter.settle(decision, actual, options)
    const hasRoom = settlement.windows.some((window) => window.state === 'settled' && window.remaining > 0)
    if (hasRoom) this.#lines.get(decision.id)?.wake()
    return settlement
  }

  async reset(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<void> {
    await this.#limiter.reset(id, options)
    this.#lines.get(id)?.wake()
  }

  async drain(): Promise<void> {
    const answers = [...this.#lines.values()].flatMap((line) => line.expire())
    await Promise.allSettled([...answers, this.#limiter.drain()])
    await this.#limiter.drain()
  }

  #lineOf(id: string): Line {
    let line = this.#lines.get(id)
    if (line === undefined) {
      line = new Line(id, this.windows.length, this.#owner)
      if (!this.#isIsolated) this.#lines.set(id, line)
    }
    return line
  }
}
