import type { Clear, CounterStore, CounterWindow, Refund, RefundReply, Take, TakeReply, Window } from '@rl/core'
import type { PlainStorage, Stored } from './plain-storage.ts'

/** A counter as a take finds it. */
export interface Found {
  readonly address: string
  readonly used: number
  readonly resetAt: number
  readonly stored: Stored | undefined
}

/** A store that keeps to the contract, in steps that wrong stores can replace one by one. */
export class PlainStore implements CounterStore {
  protected readonly storage: PlainStorage

  constructor(storage: PlainStorage) {
    this.storage = storage
  }

  async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    this.loadScripts()
    return takes.map((take) => {
      try {
        return this.takeOne(take)
      } catch (error) {
        return error as Error
      }
    })
  }

  async refund({ key, windows, cost }: Refund): Promise<RefundReply> {
    this.loadScripts()
    const now = this.now()
    return { now, refunded: windows.map((window) => this.refundOne(this.find(key, window, now), window, cost)) }
  }

  async clear({ key, windows }: Clear): Promise<void> {
    for (const window of windows) this.storage.delete(this.address(key, window))
  }

  protected takeOne(take: Take): TakeReply {
    const now = this.now()
    const found = take.windows.map((window) => this.find(take.key, window, now))
    return this.charge(take, found, this.fitting(take, found), now)
  }

  protected fitting({ windows, cost, times }: Take, found: readonly Found[]): number {
    return Math.min(...windows.map(({ limit }, i) => timesThatFit(limit - (found[i]?.used ?? 0), cost, times)))
  }

  protected charge({ windows, cost }: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    const states = found.map((counter, i) => {
      const state = { used: counter.used + taken * cost, resetAt: counter.resetAt }
      if (state.used > counter.used) this.write(counter, state, windows[i] as Window, now)
      return state
    })
    return { taken, now, windows: states }
  }

  protected write({ address }: Found, value: { used: number; resetAt: number }, _window: Window, _now: number): void {
    this.storage.set(address, { value, expiresAt: value.resetAt })
  }

  protected find(key: string, window: CounterWindow, now: number): Found {
    const address = this.address(key, window)
    const stored = this.storage.get(address)
    if (stored?.value === 'junk') return this.unreadable(address, window, now)
    const absent = { address, used: 0, resetAt: this.endOf(window, now), stored: undefined }
    if (stored === undefined || stored.value.resetAt <= now) return absent
    this.heal(stored, stored.value.resetAt)
    return { address, ...stored.value, stored }
  }

  protected unreadable(_address: string, _window: CounterWindow, _now: number): Found {
    throw new Error('not a counter')
  }

  protected heal(stored: Stored, resetAt: number): void {
    if (stored.expiresAt > resetAt) stored.expiresAt = resetAt
  }

  protected refundOne({ stored, used }: Found, { resetAt }: { resetAt: number }, cost: number): number {
    if (stored === undefined || stored.value === 'junk' || stored.value.resetAt !== resetAt) return 0
    const units = Math.min(cost, used)
    stored.value = { used: used - units, resetAt }
    return units
  }

  protected endOf({ windowMs, anchor }: CounterWindow, now: number): number {
    return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
  }

  /** Where a counter lies in the storage. */
  address(key: string, { windowMs, anchor }: CounterWindow): string {
    return JSON.stringify([key, anchor, windowMs])
  }

  protected now(): number {
    return this.storage.now
  }

  protected loadScripts(): void {
    this.storage.knowsScripts = true
  }
}

export function timesThatFit(free: number, cost: number, times: number): number {
  if (free < 0) return 0
  return cost === 0 ? times : Math.min(times, (free - (free % cost)) / cost)
}
