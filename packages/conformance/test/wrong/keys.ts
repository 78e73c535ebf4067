import type { CounterWindow, Take, TakeReply } from '@rl/core'
import { type Found, PlainStore } from '../plain-store.ts'

export class KeysWithoutCase extends PlainStore {
  override address(key: string, window: CounterWindow): string {
    return super.address(key.toLowerCase(), window)
  }
}

export class KeysCutOff extends PlainStore {
  override address(key: string, window: CounterWindow): string {
    return super.address(key.slice(0, 100), window)
  }
}

export class KeysRunTogether extends PlainStore {
  override address(key: string, { anchor, windowMs }: CounterWindow): string {
    return `${anchor}${key}${windowMs}`
  }
}

export class KeysWithoutAnchor extends PlainStore {
  override address(key: string, { windowMs }: CounterWindow): string {
    return JSON.stringify([key, windowMs])
  }
}

export class KeysWithLengthIn32Bits extends PlainStore {
  override address(key: string, { anchor, windowMs }: CounterWindow): string {
    return super.address(key, { anchor, windowMs: windowMs >>> 0 })
  }
}

export class KeysDecoded extends PlainStore {
  override address(key: string, window: CounterWindow): string {
    return super.address(
      key.replaceAll(/%(?!25)([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      window,
    )
  }
}

export class PoisonFailsBatch extends PlainStore {
  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    return takes.map((take) => this.takeOne(take))
  }
}

export class PoisonOverwritten extends PlainStore {
  protected override unreadable(address: string, window: CounterWindow, now: number): Found {
    return { address, used: 0, resetAt: this.endOf(window, now), stored: undefined }
  }
}

/** Charges the windows one by one, and comes upon the unreadable one too late. */
export class PoisonChargesSiblings extends PlainStore {
  protected override takeOne(take: Take): TakeReply {
    const now = this.now()
    try {
      return super.takeOne(take)
    } catch (error) {
      for (const window of take.windows) {
        const alone = { ...take, windows: [window] }
        this.charge(alone, [this.find(take.key, window, now)], 1, now)
      }
      throw error
    }
  }
}

/** Sends the takes again when the storage did not know the script, though they had run. */
export class ScriptRunsTwice extends PlainStore {
  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    if (!this.storage.knowsScripts) await super.take(takes)
    return super.take(takes)
  }
}

/** Loads the script once for good. */
export class ScriptLoadedOnce extends PlainStore {
  #loaded = false

  protected override loadScripts(): void {
    if (this.#loaded && !this.storage.knowsScripts) throw new Error('NOSCRIPT')
    this.#loaded = true
    this.storage.knowsScripts = true
  }
}
