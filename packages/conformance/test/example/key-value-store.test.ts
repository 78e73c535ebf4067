import { describeCounterStore } from '@rl/conformance'
import { counterKey, counterName } from '@rl/core/keys'
import { KeyValueStorage } from './key-value-storage.ts'
import { KeyValueStore } from './key-value-store.ts'

describeCounterStore('KeyValueStore', () => {
  const storage = new KeyValueStorage()
  return {
    connect: () => new KeyValueStore(storage),
    moveClock: (ms) => {
      storage.now += ms
    },
    keys: () => storage.size,
    expiresInMs: (counter) => {
      const entry = storage.peek(counterKey(counter))
      const isStored = entry?.text.includes(JSON.stringify(counterName(counter.window)))
      return entry !== undefined && isStored ? entry.expiresAt - storage.now : undefined
    },
    poison: (counter) => storage.tamper(counterKey(counter), { text: 'junk' }),
    loseExpiry: (counter) => storage.tamper(counterKey(counter), { expiresAt: Number.POSITIVE_INFINITY }),
  }
})
