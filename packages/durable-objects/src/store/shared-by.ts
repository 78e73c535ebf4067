import type { Settings } from '../options.ts'

/** Shared by all stores over the same objects. */
export interface Shared {
  /** Whether the first object has agreed to the number of shards. It does so once and for all. */
  isAgreed: boolean
}

const shared = new WeakMap<object, Map<string, Shared>>()

/** The same for stores of one binding with the same settings, so that one made for each request still has a breaker. */
export function sharedBy(namespace: object, { name, shards }: Settings): Shared {
  const bySettings = shared.get(namespace) ?? new Map<string, Shared>()
  shared.set(namespace, bySettings)
  const key = `${name} ${shards}`
  const found = bySettings.get(key) ?? { isAgreed: false }
  bySettings.set(key, found)
  return found
}
