import type { CounterWindow, Take, TakeReply, Window } from '@rl/core'
import { type Found, PlainStore, timesThatFit } from '../plain-store.ts'

/** Two takes may read the same count before either writes. */
export class ReadsThenWrites extends PlainStore {
  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    const replies: TakeReply[] = []
    for (const take of takes) {
      const now = this.now()
      const found = take.windows.map((window) => this.find(take.key, window, now))
      await Promise.resolve()
      replies.push(this.charge(take, found, this.fitting(take, found), now))
    }
    return replies
  }
}

export class OffByOne extends PlainStore {
  protected override fitting({ windows, cost, times }: Take, found: readonly Found[]): number {
    return Math.min(...windows.map(({ limit }, i) => timesThatFit(limit + 1 - (found[i]?.used ?? 0), cost, times)))
  }
}

export class IgnoresTimes extends PlainStore {
  protected override fitting(take: Take, found: readonly Found[]): number {
    return super.fitting({ ...take, times: 1 }, found)
  }
}

/** All of `times` or nothing, as one take of `times * cost` would have it. */
export class AllTimesOrNone extends PlainStore {
  protected override fitting(take: Take, found: readonly Found[]): number {
    const taken = super.fitting(take, found)
    return taken === take.times ? taken : 0
  }
}

/** Counts as a 32-bit integer would. */
export class CountsIn32Bits extends PlainStore {
  protected override write(found: Found, value: { used: number; resetAt: number }, window: Window, now: number): void {
    super.write(found, { ...value, used: value.used | 0 }, window, now)
  }
}

/** Reads all counters of a list before it applies the first take. */
export class ReadsListOnce extends PlainStore {
  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    const now = this.now()
    const all = takes.map((take) => take.windows.map((window) => this.find(take.key, window, now)))
    return takes.map((take, i) => this.charge(take, all[i] ?? [], this.fitting(take, all[i] ?? []), now))
  }
}

/** Each window takes what it has room for, whatever the others say. */
export class ChargesSiblings extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    const windows = found.map((counter, i) => {
      const alone = { ...take, windows: take.windows.slice(i, i + 1) }
      const [state] = super.charge(alone, [counter], this.fitting(alone, [counter]), now).windows
      return state ?? { used: 0, resetAt: 0 }
    })
    return { taken, now, windows }
  }
}

/** Takes back what the others were charged when one of them denies, but leaves their counters behind. */
export class OpensSiblings extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    if (taken === 0 && take.windows.length > 1) {
      for (const [i, counter] of found.entries()) this.write(counter, counter, take.windows[i] as Window, now)
    }
    return super.charge(take, found, taken, now)
  }
}

export class DenialConsumes extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    const reply = super.charge(take, found, Math.max(1, taken), now)
    return { ...reply, taken }
  }
}

/** A denial leaves the count alone, but the expiry starts anew. */
export class DenialExtends extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    for (const [i, { stored }] of found.entries()) {
      if (taken === 0 && stored !== undefined) stored.expiresAt = now + (take.windows[i] as Window).windowMs
    }
    return super.charge(take, found, taken, now)
  }
  protected override heal(): void {}
}

/** Reads are answered from what this connection saw last. */
export class StaleReads extends PlainStore {
  readonly #seen = new Map<string, number>()

  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    const reply = super.charge(take, found, taken, now)
    const windows = reply.windows.map((state, i) => {
      const address = found[i]?.address ?? ''
      const used = taken > 0 && take.cost > 0 ? state.used : (this.#seen.get(address) ?? state.used)
      this.#seen.set(address, used)
      return { ...state, used }
    })
    return { ...reply, windows }
  }
}

export class PeekTakes extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    return super.charge({ ...take, cost: Math.max(1, take.cost) }, found, Math.min(1, taken), now)
  }
}

/** A look opens the first-hit window. */
export class PeekOpens extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    for (const [i, counter] of found.entries()) {
      if (take.cost === 0) this.write(counter, counter, take.windows[i] as Window, now)
    }
    return super.charge(take, found, taken, now)
  }
}

/** Each limit has a counter of its own. */
export class LimitInKey extends PlainStore {
  override address(key: string, window: CounterWindow): string {
    return `${super.address(key, window)}${'limit' in window ? window.limit : ''}`
  }
}

export class DeniesTheLastUnit extends PlainStore {
  protected override fitting({ windows, cost, times }: Take, found: readonly Found[]): number {
    return Math.min(...windows.map(({ limit }, i) => timesThatFit(limit - 1 - (found[i]?.used ?? 0), cost, times)))
  }
}

/** Answers the windows in the order of their lengths. */
export class SortsWindows extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], taken: number, now: number): TakeReply {
    const reply = super.charge(take, found, taken, now)
    return { ...reply, windows: reply.windows.toSorted((a, b) => a.resetAt - b.resetAt) }
  }
}

/** As a command without any keys does. */
export class EmptyListFails extends PlainStore {
  override async take(takes: readonly Take[]): Promise<readonly (TakeReply | Error)[]> {
    if (takes.length === 0) throw new Error('wrong number of arguments')
    return super.take(takes)
  }
}
