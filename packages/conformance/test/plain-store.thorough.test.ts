import type { Capabilities } from '@rl/core'
import { describeCounterStore } from '../src/index.ts'
import { plainHarness } from './plain-harness.ts'
import { PlainStorage } from './plain-storage.ts'
import { PlainStore } from './plain-store.ts'

/** As a store in the caller's process is. */
class ImmediateStore extends PlainStore {
  override get capabilities(): Capabilities {
    return { answersAtOnce: (operation) => this.answer(operation) }
  }
}

describeCounterStore('a plain store', () => plainHarness(PlainStore))
describeCounterStore('a plain store that answers at once', () => plainHarness(ImmediateStore))

/** Time passes between the turns of the event loop, not within an operation, whatever a caller does to `Date`. */
class RealTimeStorage extends PlainStorage {
  #turn: number | undefined

  override get now(): number {
    if (this.#turn === undefined) {
      this.#turn = Math.floor(performance.timeOrigin + performance.now())
      setImmediate(() => {
        this.#turn = undefined
      })
    }
    return this.#turn
  }
}

describeCounterStore('a plain store in real time that nobody can look into', () => {
  const storage = new RealTimeStorage()
  return { connect: () => new ImmediateStore(storage) }
})
