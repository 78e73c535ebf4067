import type { Clear, Refund, RefundReply } from '@rl/core'
import { type Found, PlainStore } from '../plain-store.ts'

type Window = { resetAt: number }

/** As a plain decrement does. */
export class RefundCreates extends PlainStore {
  protected override refundOne(found: Found, window: Window, cost: number): number {
    if (found.stored !== undefined) return super.refundOne(found, window, cost)
    const { resetAt } = found
    this.storage.set(found.address, { value: { used: -cost, resetAt }, expiresAt: resetAt })
    return cost
  }
}

export class RefundIntoNextWindow extends PlainStore {
  protected override refundOne(found: Found, _window: Window, cost: number): number {
    return super.refundOne(found, found, cost)
  }
}

export class RefundBelowZero extends PlainStore {
  protected override refundOne(found: Found, window: Window, cost: number): number {
    const { stored } = found
    const units = super.refundOne(found, window, cost)
    if (stored !== undefined && stored.value !== 'junk' && units > 0) stored.value.used = found.used - cost
    return units
  }
}

export class RefundCloses extends PlainStore {
  protected override refundOne(found: Found, window: Window, cost: number): number {
    const units = super.refundOne(found, window, cost)
    if (units > 0 && units === found.used) this.storage.delete(found.address)
    return units
  }
}

export class ClearsAllWindows extends PlainStore {
  override async clear({ key }: Clear): Promise<void> {
    this.storage.deleteAll((address) => address.startsWith(`[${JSON.stringify(key)},`))
  }
}

export class ClearsByPattern extends PlainStore {
  override async clear({ key, windows }: Clear): Promise<void> {
    for (const { windowMs, anchor } of windows) {
      const [start, end] = [JSON.stringify(key).slice(0, -1), `"${anchor}",${windowMs}]`]
      this.storage.deleteAll((address) => address.startsWith(`[${start}`) && address.endsWith(end))
    }
  }
}

/** Two refunds may read the same count before either writes. */
export class RefundReadsThenWrites extends PlainStore {
  override async refund({ key, windows, cost }: Refund): Promise<RefundReply> {
    const now = this.now()
    const found = windows.map((window) => this.find(key, window, now))
    await Promise.resolve()
    return { now, refunded: windows.map((window, i) => this.refundOne(found[i] as Found, window, cost)) }
  }
}

export class RefundExtends extends PlainStore {
  protected override refundOne(found: Found, window: Window & { windowMs: number }, cost: number): number {
    if (found.stored !== undefined) found.stored.expiresAt = this.now() + window.windowMs
    return super.refundOne(found, window, cost)
  }
  protected override heal(): void {}
}

/** Believes in windows that are over by the caller's clock. */
export class RefundByCallersClock extends PlainStore {
  protected override refundOne(found: Found, window: Window, cost: number): number {
    return window.resetAt > Date.now() ? super.refundOne(found, window, cost) : 0
  }
}

export class ClearsFirstWindow extends PlainStore {
  override clear({ key, windows }: Clear): Promise<void> {
    return super.clear({ key, windows: windows.slice(0, 1) })
  }
}

/** Takes what it can't read for a counter of 0 units. */
export class RefundOverwritesPoison extends PlainStore {
  override async refund(refund: Refund): Promise<RefundReply> {
    for (const window of refund.windows) {
      const stored = this.storage.get(this.address(refund.key, window))
      if (stored?.value === 'junk') stored.value = { used: 0, resetAt: window.resetAt }
    }
    return super.refund(refund)
  }
}
