import type { Adjustment, Take } from '../contract/operations.ts'
import type { TakeReply } from '../contract/replies.ts'
import type { Asked } from '../decision/call.ts'
import { decisionOf, fits } from '../decision/decide.ts'
import type { FastPath, FastPathFactory } from '../decision/fast-path.ts'
import type { Decision } from '../decision/types.ts'
import type { CommandTiming } from '../dispatch/entry.ts'
import { runtime } from '../dispatch/runtime.ts'
import { ownOptions } from '../options/check.ts'
import { BoundedMap } from './bounded-map.ts'
import { type CacheOptions, type CacheSettings, parseCache } from './cache-options.ts'
import { copyOf, reliableUntil, storeTimeAt } from './reliable.ts'

/** Options of {@link denyCache}. */
export type DenyCacheOptions = CacheOptions

/**
 * Denies locally what the store denied before: this process remembers which identifiers were denied or have used up a window,
 * and denies what can't fit without asking the store (`source: 'deny-cache'`). Quicker under a flood.
 *
 * The trade: after a reset or refund by another process, calls are still denied here for up to `maxAgeMs`. A denial never
 * outlives its window by the store's clock, and `retryAfterMs` may be too long by as much as the store's answer took, never
 * too short.
 *
 * @throws {OptionError} naming the option that is wrong.
 * @example
 * new FixedWindowRateLimiter({ name: 'api', store, limit: 100, window: '1m', fastPaths: [denyCache({ maxAgeMs: 500 })] })
 */
export function denyCache(options: DenyCacheOptions = {}): FastPathFactory {
  const settings = parseCache('denyCache', ownOptions('denyCache', options, ['maxKeys', 'maxAgeMs']))
  return () => new DenyCache(settings)
}

/** The state of an identifier that was denied or has used up a window. */
interface Full {
  readonly reply: TakeReply
  readonly receivedAt: number
  readonly until: number
}

class DenyCache implements FastPath {
  readonly #settings: CacheSettings
  readonly #full: BoundedMap<Full>
  /** When identifiers were reset or adjusted: replies to what was sent before are out of date. */
  readonly #changedAt: BoundedMap<number>

  constructor(settings: CacheSettings) {
    this.#settings = settings
    this.#full = new BoundedMap(settings.maxKeys)
    this.#changedAt = new BoundedMap(settings.maxKeys)
  }

  answer(asked: Asked, at: number): Decision | undefined {
    const full = this.#full.get(asked.id)
    if (full === undefined || at >= full.until) return undefined
    const { reply } = full
    const { costs, windows } = asked.request
    if (fits(costs, windows, reply)) return undefined
    const now = storeTimeAt(full, at)
    return decisionOf(asked, windows, reply.windows, now, false, 0, undefined, 'deny-cache')
  }

  learn(take: Take, _callers: number, reply: TakeReply, timing: CommandTiming): void {
    if (timing.sentAt <= (this.#changedAt.get(take.id) ?? -1)) return
    const isUsedUp = take.windows.some(({ limit }, i) => (reply.windows[i]?.used ?? 0) >= limit)
    if (reply.timesTaken < take.times || isUsedUp) {
      const until = reliableUntil(reply, timing, this.#settings.maxAgeMs)
      this.#full.set(take.id, { reply: copyOf(reply), receivedAt: timing.receivedAt, until })
    } else {
      this.#full.delete(take.id)
    }
  }

  /** A cost that did not fit may fit, or the other way round. */
  adjusted({ id }: Adjustment): void {
    this.forget(id)
  }

  forget(id: string): void {
    this.#full.delete(id)
    this.#changedAt.set(id, runtime.now())
  }

  timesToPrefetch(): number {
    return 0
  }

  unservedUnits(): undefined {}

  abandoned(): void {}

  giveBack(): readonly Adjustment[] {
    return []
  }
}
