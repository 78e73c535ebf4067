import type { AdjustedWindow, Adjustment, AdjustReply, CounterWindow, Operation, Reply } from '@rl/core'
import { type AdjustResult, type Found, PlainStore } from '../plain-store.ts'

/** Two adjustments may read the same count before either writes. */
export class AdjustsInTwoSteps extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies: (Reply | Error)[] = []
    for (const operation of operations) {
      if (operation.kind !== 'adjust' || operation.token !== undefined) replies.push(this.answer(operation))
      else {
        const now = this.now()
        const found = operation.windows.map((window) => this.find(operation, window, now))
        await Promise.resolve()
        const windows = operation.windows.map((window, i) => this.adjustOne(found[i] as Found, window))
        for (const [i, result] of windows.entries()) {
          if (result !== 'ended') this.writeAdjusted(found[i] as Found, result.used, {} as CounterWindow, now)
        }
        replies.push({ now, repeated: false, windows })
      }
    }
    return replies
  }
}

/** As a plain decrement does. */
export class AdjustCreates extends PlainStore {
  protected override adjustOne(found: Found, window: AdjustedWindow): AdjustResult {
    if (found.stored !== undefined || window.resetAt <= this.now()) return super.adjustOne(found, window)
    const used = Math.max(0, window.change)
    const value = { used, resetAt: window.resetAt, generation: window.generation }
    this.storage.set(found.address, { value, expiresAt: window.resetAt })
    return { applied: window.change, used }
  }
}

export class AdjustsNextWindow extends PlainStore {
  protected override isSame(found: Found, { generation }: AdjustedWindow): boolean {
    return found.stored !== undefined && found.generation === generation
  }
}

export class IgnoresGeneration extends PlainStore {
  protected override isSame(found: Found, { resetAt }: AdjustedWindow): boolean {
    return found.stored !== undefined && found.resetAt === resetAt
  }
}

export class GivesBackBelowZero extends PlainStore {
  protected override adjustOne(found: Found, window: AdjustedWindow): AdjustResult {
    const result = super.adjustOne(found, window)
    return result === 'ended' ? result : { applied: window.change, used: result.used }
  }
}

/** Charges no more than the limit allows, as a take does: here, 10. */
export class ChargesUpToALimit extends PlainStore {
  protected override changed(used: number, change: number): number {
    return change > 0 && used + change > 10 ? used : super.changed(used, change)
  }
}

/** Charges nothing at all: adjustments are refunds. */
export class OnlyGivesBack extends PlainStore {
  protected override changed(used: number, change: number): number {
    return super.changed(used, Math.min(0, change))
  }
}

export class EmptyingCloses extends PlainStore {
  protected override writeAdjusted(found: Found, used: number, window: CounterWindow, now: number): void {
    if (used === 0) this.storage.delete(found.address)
    else super.writeAdjusted(found, used, window, now)
  }
}

export class AdjustMovesExpiry extends PlainStore {
  protected override writeAdjusted(found: Found, used: number, window: CounterWindow, now: number): void {
    super.writeAdjusted(found, used, window, now)
    if (found.stored !== undefined) found.stored.expiresAt = now + 10 ** 7
  }
  protected override heal(): void {}
}

/** Believes in windows that are over by the caller's clock. */
export class AdjustsByCallersClock extends PlainStore {
  protected override adjustOne(found: Found, window: AdjustedWindow): AdjustResult {
    return window.resetAt > Date.now() ? super.adjustOne(found, window) : 'ended'
  }
}

/** A sum above 2^53-1 becomes 2^53-1. */
export class OverflowCapped extends PlainStore {
  protected override changed(used: number, change: number): number {
    return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, used + change))
  }
}

/** Changes the windows one by one, and comes to the one that fails too late. */
export class AdjustsOneByOne extends PlainStore {
  protected override adjustOne(found: Found, window: AdjustedWindow): AdjustResult {
    const result = super.adjustOne(found, window)
    if (result !== 'ended') this.writeAdjusted(found, result.used, window, this.now())
    return result
  }
}

/** One window that has ended fails all. */
export class EndedEndsAll extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    const now = this.now()
    const isEnded = adjustment.windows.some((window) => !this.isSame(this.find(adjustment, window, now), window))
    return isEnded ? { now, repeated: false, windows: adjustment.windows.map(() => 'ended') } : super.adjust(adjustment)
  }
}

/** Takes what it can't read for a counter of 0 units. */
export class AdjustOverwritesBad extends PlainStore {
  protected override adjust(adjustment: Adjustment): AdjustReply | Error {
    for (const window of adjustment.windows) {
      const stored = this.storage.get(this.address(adjustment, window))
      const { resetAt, generation } = window
      if (stored?.value === 'junk') stored.value = { used: 0, resetAt, generation }
    }
    return super.adjust(adjustment)
  }
}
