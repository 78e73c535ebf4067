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
    poison: async () => {}, // nothing but a count can get into its counters
    loseExpiry: async () => {}, // a counter's end is part of it
    forgetScripts: async () => {},
    close: async () => {},
  }
})
