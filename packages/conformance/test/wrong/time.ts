import type { CounterState, CounterWindow, Operation, Reply, Subject, Window } from '@rl/core'
import type { Stored } from '../plain-storage.ts'
import { type Found, PlainStore } from '../plain-store.ts'

/** The storage keeps the counter for a whole window from each unit on, though the window ends in time. */
export class ExpiryExtended extends PlainStore {
  protected override write({ address }: Found, value: CounterState, window: Window, now: number): void {
    const length = window.anchor === 'calendar' ? 31 * 86_400_000 : window.windowMs
    this.storage.set(address, { value, expiresAt: now + length })
  }
  protected override heal(): void {}
}

/** A window never ends while units are taken. */
export class WindowExtended extends PlainStore {
  protected override write(found: Found, value: CounterState, window: Window, now: number): void {
    const resetAt = window.anchor === 'first-hit' ? now + window.windowMs : value.resetAt
    super.write(found, { ...value, resetAt }, window, now)
  }
}

/** A window stays open once it is. */
export class NeverEnds extends PlainStore {
  protected override write({ address }: Found, value: CounterState): void {
    this.storage.set(address, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
  protected override find(subject: Subject, window: CounterWindow, now: number): Found {
    const address = this.address(subject, window)
    const stored = this.storage.get(address)
    if (stored === undefined || !(stored.value instanceof Object) || !('used' in stored.value)) {
      return super.find(subject, window, now)
    }
    return { address, ...stored.value, resetAt: Math.max(now + 1, stored.value.resetAt), stored }
  }
}

export class ExpiryNeverSet extends PlainStore {
  protected override write({ address }: Found, value: CounterState): void {
    this.storage.set(address, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
  protected override heal(): void {}
}

/** Sets the expiry with another command. */
export class ExpirySetAfterwards extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies = await super.apply(operations)
    const counters = operations.flatMap((each) => each.windows.map((window) => this.address(each, window)))
    const stored = counters.flatMap((address) => this.storage.get(address) ?? [])
    const expiries = stored.map(({ expiresAt }) => expiresAt)
    for (const each of stored) each.expiresAt = Number.POSITIVE_INFINITY
    await Promise.resolve()
    for (const [i, each] of stored.entries()) each.expiresAt = expiries[i] as number
    return replies
  }
}

/** Writes over the counter without keeping its expiry. */
export class ExpiryLostOnSecondWrite extends PlainStore {
  protected override write(found: Found, value: CounterState, window: Window, now: number): void {
    if (found.stored === undefined) super.write(found, value, window, now)
    else this.storage.set(found.address, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
  protected override heal(): void {}
}

export class ExpiryNotHealed extends PlainStore {
  protected override heal(): void {}
  protected override write(found: Found, value: CounterState, window: Window, now: number): void {
    const expiresAt = found.stored?.expiresAt ?? value.resetAt
    super.write(found, value, window, now)
    this.storage.set(found.address, { value, expiresAt })
  }
}

/** Where a counter has lost its expiry, the window starts anew. */
export class HealingStartsAnew extends PlainStore {
  protected override heal(stored: Stored, resetAt: number): void {
    if (stored.expiresAt === Number.POSITIVE_INFINITY) stored.value = { ...(stored.value as CounterState), used: 0 }
    super.heal(stored, resetAt)
  }
}

/** Expiries in whole seconds: none at all where there is no whole second. */
export class ExpiryInSeconds extends PlainStore {
  protected override write({ address }: Found, value: CounterState, _window: Window, now: number): void {
    const seconds = Math.floor((value.resetAt - now) / 1000)
    this.storage.set(address, { value, expiresAt: seconds > 0 ? now + seconds * 1000 : Number.POSITIVE_INFINITY })
  }
  protected override heal(): void {}
}

/** Lengths that overflow 32 bits, as in a timer. */
export class LengthIn32Bits extends PlainStore {
  protected override endOf(window: Window, now: number): number | undefined {
    if (window.anchor === 'calendar') return super.endOf(window, now)
    return super.endOf({ ...window, windowMs: Math.max(1, window.windowMs | 0) }, now)
  }
}

export class CallersClock extends PlainStore {
  protected override now(): number {
    return Date.now()
  }
}

/** Asks the storage for the time once, and goes on by the caller's clock. */
export class ClockByOffset extends PlainStore {
  readonly #offset = this.storage.now - Date.now()

  protected override now(): number {
    return Date.now() + this.#offset
  }
}

export class EpochAsFirstHit extends PlainStore {
  protected override endOf(window: Window, now: number): number | undefined {
    return super.endOf(window.anchor === 'epoch' ? { ...window, anchor: 'first-hit' } : window, now)
  }
}

/** The next first-hit window follows the one before, instead of waiting for a unit. */
export class FirstHitFollows extends PlainStore {
  readonly #ends = new Map<string, number>()

  protected override findToTake(subject: Subject, window: Window, now: number, end: number): Found {
    const found = super.findToTake(subject, window, now, end)
    const last = this.#ends.get(found.address)
    if (window.anchor !== 'first-hit' || found.stored !== undefined || last === undefined) return found
    const passed = Math.max(0, Math.ceil((now + 1 - last) / window.windowMs))
    return { ...found, resetAt: last + passed * window.windowMs }
  }

  protected override write(found: Found, value: CounterState, window: Window, now: number): void {
    this.#ends.set(found.address, value.resetAt)
    super.write(found, value, window, now)
  }
}

/** The storage's clock, but only its seconds. */
export class ClockInSeconds extends PlainStore {
  protected override now(): number {
    return Math.floor(this.storage.now / 1000) * 1000
  }
}

/** Drops the counter before its window ends. */
export class ExpiryEarly extends PlainStore {
  protected override write({ address }: Found, value: CounterState): void {
    this.storage.set(address, { value, expiresAt: value.resetAt - 2 })
  }
}

/** Keeps a note beside each counter, and never removes it. */
export class LeavesNotes extends PlainStore {
  protected override write(found: Found, value: CounterState, window: Window, now: number): void {
    super.write(found, value, window, now)
    this.storage.set(`${found.address} seen`, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
}
