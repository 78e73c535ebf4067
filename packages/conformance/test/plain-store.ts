import {
  type AdjustedWindow,
  type Adjustment,
  type AdjustReply,
  type Capabilities,
  type Clear,
  type ClearReply,
  type CounterState,
  type CounterStore,
  type CounterWindow,
  type Operation,
  type Outside,
  type Reply,
  StoreError,
  type Subject,
  type Take,
  type TakeReply,
  type Token,
  type Window,
} from '@rl/core'
import type { PlainStorage, Stored } from './plain-storage.ts'

/** A counter as an operation finds it. `stored` is `undefined` where no window is open. */
export interface Found extends CounterState {
  readonly address: string
  readonly stored: Stored | undefined
}

export type AdjustResult = AdjustReply['windows'][number]

/** A store that keeps to the contract, in steps that wrong stores can replace one by one. */
export class PlainStore implements CounterStore {
  protected readonly storage: PlainStorage

  constructor(storage: PlainStorage) {
    this.storage = storage
  }

  get capabilities(): Capabilities | undefined {
    return undefined
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    this.loadScripts()
    return operations.map((operation) => this.answer(operation))
  }

  answer(operation: Operation): Reply | Error {
    try {
      if (operation.kind === 'take') return this.take(operation)
      return operation.kind === 'adjust' ? this.adjust(operation) : this.clear(operation)
    } catch (error) {
      return error as Error
    }
  }

  protected take(take: Take): TakeReply | Outside {
    const now = this.now()
    const ends = take.windows.map((window) => this.endOf(window, now))
    if (ends.includes(undefined)) return { outside: true, now }
    const found = take.windows.map((window, i) => this.findToTake(take, window, now, ends[i] as number))
    return this.charge(take, found, this.fitting(take, found), now)
  }

  protected findToTake(subject: Subject, window: Window, now: number, end: number): Found {
    const found = this.find(subject, window, now)
    if (found.stored === undefined) return { ...found, resetAt: end }
    return window.anchor === 'calendar' && found.resetAt > now + window.longestMs ? { ...found, resetAt: end } : found
  }

  protected fitting({ windows, costs, times }: Take, found: readonly Found[]): number {
    return Math.min(...windows.map(({ limit }, i) => timesThatFit(limit - (found[i]?.used ?? 0), costs[i] ?? 0, times)))
  }

  protected charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    const opens = timesTaken > 0 && take.costs.some((cost) => cost > 0)
    const windows = found.map((counter, i) => {
      const { resetAt, generation } = counter
      const state = { used: counter.used + timesTaken * (take.costs[i] ?? 0), resetAt, generation }
      if (opens) this.write(counter, state, take.windows[i] as Window, now)
      return state
    })
    return { timesTaken, now, windows }
  }

  protected write({ address }: Found, value: CounterState, _window: CounterWindow, _now: number): void {
    this.storage.set(address, { value, expiresAt: value.resetAt })
  }

  protected find(subject: Subject, window: CounterWindow, now: number): Found {
    const address = this.address(subject, window)
    const stored = this.storage.get(address)
    const absent = { address, used: 0, resetAt: 0, generation: 0, stored: undefined }
    if (stored === undefined) return absent
    if (stored.value === 'junk' || !('used' in stored.value)) return this.unreadable(address)
    if (stored.value.resetAt <= now) return absent
    this.heal(stored, stored.value.resetAt)
    return { address, ...stored.value, stored }
  }

  protected unreadable(_address: string): Found {
    throw new Error('not a counter')
  }

  protected heal(stored: Stored, resetAt: number): void {
    if (stored.expiresAt > resetAt) stored.expiresAt = resetAt
  }

  protected adjust(adjustment: Adjustment): AdjustReply | Error {
    const { windows, token } = adjustment
    const now = this.now()
    const first = token && this.remembered(adjustment, token)
    if (first !== undefined) return { now, repeated: true, windows: first }
    const found = windows.map((window) => this.find(adjustment, window, now))
    const results = windows.map((window, i) => this.adjustOne(found[i] as Found, window))
    if (token !== undefined && results.some((result) => result !== 'ended')) {
      if (token.until <= now) return this.stale()
      this.remember(adjustment, token, results)
    }
    for (const [i, result] of results.entries()) {
      if (result !== 'ended') this.writeAdjusted(found[i] as Found, result.used, windows[i] as CounterWindow, now)
    }
    return { now, repeated: false, windows: results }
  }

  protected isSame(found: Found, { resetAt, generation }: AdjustedWindow): boolean {
    return found.stored !== undefined && found.resetAt === resetAt && found.generation === generation
  }

  protected adjustOne(found: Found, window: AdjustedWindow): AdjustResult {
    if (!this.isSame(found, window)) return 'ended'
    const used = this.changed(found.used, window.change)
    return { applied: used - found.used, used }
  }

  protected changed(used: number, change: number): number {
    if (change > Number.MAX_SAFE_INTEGER - used) throw new Error('the sum exceeds 2^53-1')
    return Math.max(0, used + change)
  }

  protected writeAdjusted({ stored }: Found, used: number, _window: CounterWindow, _now: number): void {
    if (stored !== undefined) stored.value = { ...(stored.value as CounterState), used }
  }

  protected stale(): Error {
    return new StoreError('the token is too old', { outcome: 'not-executed' })
  }

  protected remembered(subject: Subject, token: Token): AdjustReply['windows'] | undefined {
    return this.storage.get(this.tokenAddress(subject, token))?.value as AdjustReply['windows'] | undefined
  }

  protected remember(subject: Subject, token: Token, value: AdjustReply['windows']): void {
    this.storage.set(this.tokenAddress(subject, token), { value, expiresAt: token.until })
  }

  protected tokenAddress({ scope, id }: Subject, token: Token): string {
    return JSON.stringify(['token', scope, id, token.id])
  }

  protected clear({ windows, ...subject }: Clear): ClearReply {
    const now = this.now()
    for (const window of windows) this.clearOne(subject, window, now)
    return { now }
  }

  protected clearOne(subject: Subject, window: CounterWindow, now: number): void {
    const address = this.address(subject, window)
    const value = this.storage.get(address)?.value
    if (window.anchor === 'first-hit' || value === undefined || value === 'junk' || !('used' in value)) {
      this.storage.delete(address)
    } else if (value.resetAt > now) {
      const found = this.find(subject, window, now)
      const { resetAt, generation } = found
      this.write(found, { used: 0, resetAt, generation: this.nextGeneration(generation) }, window, now)
    }
  }

  protected nextGeneration(generation: number): number {
    return generation + 1
  }

  protected endOf(window: Window, now: number): number | undefined {
    if (window.anchor === 'calendar')
      return now < (window.ends[0] ?? 0) ? undefined : window.ends.find((end) => end > now)
    const { windowMs, anchor } = window
    return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
  }

  /** Where a counter lies in the storage. */
  address({ scope, id }: Subject, window: CounterWindow): string {
    const rest = window.anchor === 'calendar' ? [window.period, window.timeZone] : [window.windowMs]
    return JSON.stringify([scope, id, window.unit ?? null, window.anchor, ...rest])
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
