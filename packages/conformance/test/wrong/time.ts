import type { CounterWindow, Window } from '@rl/core'
import { type Found, PlainStore } from '../plain-store.ts'

type Value = { used: number; resetAt: number }

/** The storage keeps the counter for a whole window from each unit on, though the window ends in time. */
export class ExpiryExtended extends PlainStore {
  protected override write({ address }: Found, value: Value, { windowMs }: Window, now: number): void {
    this.storage.set(address, { value, expiresAt: now + windowMs })
  }
  protected override heal(): void {}
}

/** A window never ends while units are taken. */
export class WindowExtended extends PlainStore {
  protected override write(found: Found, { used }: Value, window: Window, now: number): void {
    super.write(found, { used, resetAt: this.endOf(window, now) }, window, now)
  }
}

export class ExpiryNeverSet extends PlainStore {
  protected override write({ address }: Found, value: Value): void {
    this.storage.set(address, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
  protected override heal(): void {}
}

/** Writes over the counter without keeping its expiry. */
export class ExpiryLostOnSecondWrite extends PlainStore {
  protected override write(found: Found, value: Value, window: Window, now: number): void {
    if (found.stored === undefined) super.write(found, value, window, now)
    else this.storage.set(found.address, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
  protected override heal(): void {}
}

export class ExpiryNotHealed extends PlainStore {
  protected override heal(): void {}
}

/** Expiries in whole seconds: none at all where there is no whole second. */
export class ExpiryInSeconds extends PlainStore {
  protected override write({ address }: Found, value: Value, _window: Window, now: number): void {
    const seconds = Math.floor((value.resetAt - now) / 1000)
    this.storage.set(address, { value, expiresAt: seconds > 0 ? now + seconds * 1000 : Number.POSITIVE_INFINITY })
  }
  protected override heal(): void {}
}

/** Lengths that overflow 32 bits, as in a timer. */
export class LengthIn32Bits extends PlainStore {
  protected override endOf(window: CounterWindow, now: number): number {
    return super.endOf({ ...window, windowMs: Math.max(1, window.windowMs | 0) }, now)
  }
}

export class CallersClock extends PlainStore {
  protected override now(): number {
    return Date.now()
  }
}

/** Asks the storage for the time once, and goes on by its own clock. */
export class ClockByOffset extends PlainStore {
  readonly #offset = this.storage.now - Date.now()

  protected override now(): number {
    return Date.now() + this.#offset
  }
}

export class EpochAsFirstHit extends PlainStore {
  protected override endOf({ windowMs }: CounterWindow, now: number): number {
    return super.endOf({ windowMs, anchor: 'first-hit' }, now)
  }
}

/** The next first-hit window follows the one before, instead of waiting for a unit. */
export class FirstHitFollows extends PlainStore {
  readonly #ends = new Map<string, number>()

  protected override find(key: string, window: CounterWindow, now: number): Found {
    const found = super.find(key, window, now)
    const end = this.#ends.get(found.address)
    if (window.anchor === 'epoch' || found.stored !== undefined || end === undefined) return found
    const passed = Math.max(0, Math.ceil((now + 1 - end) / window.windowMs))
    return { ...found, resetAt: end + passed * window.windowMs }
  }

  protected override write(found: Found, value: Value, window: Window, now: number): void {
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
  protected override write({ address }: Found, value: Value): void {
    this.storage.set(address, { value, expiresAt: value.resetAt - 2 })
  }
}

/** Keeps a note beside each counter, and never removes it. */
export class LeavesNotes extends PlainStore {
  protected override write(found: Found, value: Value, window: Window, now: number): void {
    super.write(found, value, window, now)
    this.storage.set(`${found.address} seen`, { value, expiresAt: Number.POSITIVE_INFINITY })
  }
}
