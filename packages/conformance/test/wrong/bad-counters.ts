import type { Operation, Reply, Take } from '@rl/core'
import { type Found, PlainStore } from '../plain-store.ts'

/** One counter that can't be read fails the whole list. */
export class BadFailsList extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies = await super.apply(operations)
    for (const reply of replies) if (reply instanceof Error && operations.length > 1) throw reply
    return replies
  }
}

export class BadOverwritten extends PlainStore {
  protected override unreadable(address: string): Found {
    return { address, used: 0, resetAt: 0, generation: 0, stored: undefined }
  }
}

/** Charges the windows one by one, and comes upon the unreadable one too late. */
export class BadChargesSiblings extends PlainStore {
  protected override take(take: Take): ReturnType<PlainStore['take']> {
    try {
      return super.take(take)
    } catch (error) {
      for (const [i, window] of take.windows.entries()) {
        super.take({ ...take, windows: [window], costs: [take.costs[i] ?? 0] })
      }
      throw error
    }
  }
}

/** A counter that can't be read is denied. */
export class BadDenied extends PlainStore {
  protected override take(take: Take): ReturnType<PlainStore['take']> {
    try {
      return super.take(take)
    } catch {
      const now = this.now()
      const windows = take.windows.map((window) => ({
        used: 0,
        resetAt: this.endOf(window, now) ?? now + 1,
        generation: 0,
      }))
      return { timesTaken: 0, now, windows }
    }
  }
}
