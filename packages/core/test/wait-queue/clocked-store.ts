import { afterEach, beforeEach, vi } from 'vitest'
import type { Capabilities } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { turns } from '../support/helpers.ts'

/** A store whose clock is the `Date` that tests fake. */
export class ClockedStore extends FakeStore {
  constructor(capabilities?: Capabilities) {
    super(capabilities)
    Object.defineProperty(this, 'now', { get: () => Date.now() })
  }

  /** The operations sent since the last call of this. */
  sentNow(): string[][] {
    const { sent } = this
    this.commands.length = 0
    return sent
  }
}

/** Timers and clocks are faked, and stand 30 seconds before the end of a minute. There is no jitter, unless a test wants some. */
export function fakeTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: T0 })
    vi.spyOn(Math, 'random').mockReturnValue(0)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
}

/** Lets time pass, and what is asked by then be answered. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await turns(20)
}
