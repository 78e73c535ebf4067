import type { Clear, ClearReply, CounterWindow, Subject } from '@rl/core'
import { PlainStore } from '../plain-store.ts'

export class ClearsAllWindows extends PlainStore {
  protected override clear(clear: Clear): ClearReply {
    const start = JSON.stringify([clear.scope, clear.id]).slice(0, -1)
    this.storage.deleteAll((address) => address.startsWith(`${start},`))
    return super.clear(clear)
  }
}

export class ClearsByPattern extends PlainStore {
  protected override clear(clear: Clear): ClearReply {
    for (const window of clear.windows) {
      const own = this.address(clear, window)
      const end = own.slice(JSON.stringify([clear.scope, clear.id]).length - 1)
      const start = JSON.stringify([clear.scope, clear.id]).slice(0, -2)
      this.storage.deleteAll((address) => address !== own && address.startsWith(start) && address.endsWith(end))
    }
    return super.clear(clear)
  }
}

export class ClearsFirstWindow extends PlainStore {
  protected override clear(clear: Clear): ClearReply {
    return super.clear({ ...clear, windows: clear.windows.slice(0, 1) })
  }
}

/** Removes the counter, and with it the generation. */
export class ForgetsGenerations extends PlainStore {
  protected override clearOne(subject: Subject, window: CounterWindow): void {
    this.storage.delete(this.address(subject, window))
  }
}

export class GenerationStaysAtOne extends PlainStore {
  protected override nextGeneration(): number {
    return 1
  }
}

/** Starts with the first generation for each counter, but a clear of nothing leaves a counter behind. */
export class ClearCreates extends PlainStore {
  protected override clearOne(subject: Subject, window: CounterWindow, now: number): void {
    const address = this.address(subject, window)
    if (this.storage.get(address) === undefined && window.anchor === 'epoch') {
      const resetAt = now - (now % window.windowMs) + window.windowMs
      this.storage.set(address, { value: { used: 0, resetAt, generation: 0 }, expiresAt: resetAt })
    }
    super.clearOne(subject, window, now)
  }
}

/** A first-hit window keeps its end as well. */
export class FirstHitKeepsEnd extends PlainStore {
  protected override clearOne(subject: Subject, window: CounterWindow, now: number): void {
    const stored = this.storage.get(this.address(subject, window))
    if (stored?.value instanceof Object && 'used' in stored.value) stored.value = { ...stored.value, used: 0 }
    else super.clearOne(subject, window, now)
  }
}

/** The window starts anew with the next unit. */
export class ClearMovesEnd extends PlainStore {
  protected override clearOne(subject: Subject, window: CounterWindow, now: number): void {
    super.clearOne(subject, window, now)
    const stored = this.storage.get(this.address(subject, window))
    if (stored?.value instanceof Object && 'used' in stored.value) {
      const resetAt = stored.value.resetAt + 1
      this.storage.set(this.address(subject, window), { value: { ...stored.value, resetAt }, expiresAt: resetAt })
    }
  }
}

/** Leaves alone what it can't read. */
export class ClearKeepsBad extends PlainStore {
  protected override clearOne(subject: Subject, window: CounterWindow, now: number): void {
    if (this.storage.get(this.address(subject, window))?.value !== 'junk') super.clearOne(subject, window, now)
  }
}

/** Tokens go with the counter. */
export class ClearForgetsTokens extends PlainStore {
  protected override clear(clear: Clear): ClearReply {
    const start = JSON.stringify(['token', clear.scope, clear.id]).slice(0, -1)
    this.storage.deleteAll((address) => address.startsWith(start))
    return super.clear(clear)
  }
}
