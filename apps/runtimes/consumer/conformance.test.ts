import { describeCounterStore, expiryByReading } from '@rl/conformance'
import { MemoryStore } from '@rl/memory'

describeCounterStore('MemoryStore', () => {
  let now = Date.now()
  const store = new MemoryStore({ now: () => now })
  return {
    connect: () => store,
    passTime: async (ms) => {
      now += ms
    },
    counters: async () => store.size,
    expiresInMs: expiryByReading(store),
    poison: async () => {},
    loseExpiry: async () => {},
    forgetScripts: async () => {},
    close: async () => {},
  }
})
