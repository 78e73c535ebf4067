import type { Harness, StoredCounter } from '../src/index.ts'
import { PlainStorage } from './plain-storage.ts'
import type { PlainStore } from './plain-store.ts'

export type StoreClass = new (storage: PlainStorage) => PlainStore

/** A harness whose storage can be brought into every state. */
export function plainHarness(Store: StoreClass): Harness {
  const storage = new PlainStorage()
  const store = new Store(storage)
  const address = (counter: StoredCounter): string => store.address(counter, counter.window)
  return {
    connect: () => new Store(storage),
    moveClock: (ms) => {
      storage.now += ms
    },
    keys: () => storage.size,
    expiresInMs: (counter) => storage.ttl(address(counter)),
    poison: (counter) => storage.spoil(address(counter)),
    loseExpiry: (counter) => storage.persist(address(counter)),
    forgetScripts: () => {
      storage.knowsScripts = false
    },
  }
}
