import type { CounterStore } from '@rl/core'
import { MemoryStore } from '@rl/memory'

/** A store that answers in a later turn, as those over a network do, so that its calls are queued and have a deadline. */
export interface LaterStore extends CounterStore {
  /** From now on, no call is answered. */
  hang(): void
}

export function laterStore(): LaterStore {
  const memory = new MemoryStore()
  let hangs = false
  return {
    apply: (operations) => (hangs ? new Promise(() => {}) : memory.apply(operations)),
    hang: () => {
      hangs = true
    },
  }
}
