import { describeCounterStore, type StoredCounter } from '@rl/conformance'
import { MyStorage, MyStore } from './my-store.ts'

describeCounterStore('MyStore', () => {
  const storage = new MyStorage()
  const store = new MyStore(storage)
  const address = ({ key, window }: StoredCounter) => store.address(key, window)
  return {
    connect: () => new MyStore(storage),
    passTime: async (ms) => {
      storage.now += ms
    },
    counters: async () => storage.size,
    expiresInMs: async (counter) => storage.ttl(address(counter)),
    poison: async (counter) => storage.spoil(address(counter)),
    loseExpiry: async (counter) => storage.persist(address(counter)),
    forgetScripts: async () => {
      storage.knowsScripts = false
    },
    close: async () => {},
  }
})
