import type { Take, TakeReply, Window } from '@rl/core'
import { type Found, PlainStore, timesThatFit } from '../plain-store.ts'

export class DenialConsumes extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    return { ...super.charge(take, found, Math.max(1, timesTaken), now), timesTaken }
  }
}

/** A denial creates the counter, with nothing used. */
export class DenialCreates extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    for (const [i, counter] of found.entries()) {
      if (timesTaken === 0) this.write(counter, counter, take.windows[i] as Window, now)
    }
    return super.charge(take, found, timesTaken, now)
  }
}

/** A denial leaves the count as it was, but the expiry starts anew. */
export class DenialExtends extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    for (const { stored } of found) if (timesTaken === 0 && stored !== undefined) stored.expiresAt = now + 10 ** 7
    return super.charge(take, found, timesTaken, now)
  }
  protected override heal(): void {}
}

/** Reads are answered from what this connection saw last. */
export class StaleReads extends PlainStore {
  readonly #seen = new Map<string, number>()

  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    const reply = super.charge(take, found, timesTaken, now)
    const windows = reply.windows.map((state, i) => {
      const address = found[i]?.address ?? ''
      const isRead = timesTaken === 0 || take.costs[i] === 0
      const used = isRead ? (this.#seen.get(address) ?? state.used) : state.used
      this.#seen.set(address, used)
      return { ...state, used }
    })
    return { ...reply, windows }
  }
}

export class ReadTakes extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    const costs = take.costs.map((cost) => Math.max(1, cost))
    return super.charge({ ...take, costs }, found, Math.min(1, timesTaken), now)
  }
}

/** A read opens the window. */
export class ReadOpens extends PlainStore {
  protected override charge(take: Take, found: readonly Found[], timesTaken: number, now: number): TakeReply {
    for (const [i, counter] of found.entries()) {
      if (take.costs.every((cost) => cost === 0)) this.write(counter, counter, take.windows[i] as Window, now)
    }
    return super.charge(take, found, timesTaken, now)
  }
}

/** A cost of 0 always fits. */
export class DebtAdmitsReads extends PlainStore {
  protected override fitting({ windows, costs, times }: Take, found: readonly Found[]): number {
    const fits = windows.map(({ limit }, i) => {
      return costs[i] === 0 ? times : timesThatFit(limit - (found[i]?.used ?? 0), costs[i] ?? 0, times)
    })
    return Math.min(...fits)
  }
}

/** A cost of 0 is denied where nothing is left. */
export class FullDeniesReads extends PlainStore {
  protected override fitting(take: Take, found: readonly Found[]): number {
    const full = take.windows.some(({ limit }, i) => limit <= (found[i]?.used ?? 0) && take.costs[i] === 0)
    return full ? 0 : super.fitting(take, found)
  }
}
