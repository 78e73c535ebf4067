import type { Harness, StoredCounter } from '../src/index.ts'
import { PlainStorage } from './plain-storage.ts'
import type { PlainStore } from './plain-store.ts'

export type StoreClass = new (storage: PlainStorage) => PlainStore

/** A harness whose storage can be brought into every state. */
export function plainHarness(Store: StoreClass): Harness {
  const storage = new PlainStorage()
  const store = new Store(storage)
  const address = ({ key, window }: StoredCounter) => store.address(key, window)
  return {
    connect: () => new Store(storage),
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
}
