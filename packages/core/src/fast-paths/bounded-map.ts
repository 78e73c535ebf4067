import { compactId, ownCopy } from '../identity/compact-id.ts'

/**
 * Approximate LRU by identifier with a fixed maximum size. Made of two generations, of which the older is dropped whole when the
 * younger is full: a Map that lives on while entries come and go is slow to find its oldest and drags garbage into the old
 * generation of the heap.
 */
export class BoundedMap<V> {
  readonly #maxYoung: number
  readonly #maxOld: number
  #young: Map<string, V> = new Map()
  #old: Map<string, V> = new Map()

  /** @param maxKeys From 1. */
  constructor(maxKeys: number) {
    this.#maxOld = Math.floor(maxKeys / 2)
    this.#maxYoung = Math.max(1, this.#maxOld)
  }

  get(id: string): V | undefined {
    const key = compactId(id)
    const value = this.#young.get(key)
    if (value !== undefined || this.#old.size === 0) return value
    const older = this.#old.get(key)
    if (older !== undefined) this.#set(key, older)
    return older
  }

  set(id: string, value: V): void {
    this.#set(compactId(id), value)
  }

  delete(id: string): void {
    const key = compactId(id)
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** Takes off everything. */
  clear(): readonly V[] {
    const values = new Map([...this.#old, ...this.#young]).values()
    this.#young = new Map()
    this.#old = new Map()
    return [...values]
  }

  #set(key: string, value: V): void {
    if (this.#young.has(key)) {
      this.#young.set(key, value)
      return
    }
    if (this.#young.size >= this.#maxYoung) {
      this.#old = this.#maxOld > 0 ? this.#young : new Map()
      this.#young = new Map()
    }
    this.#young.set(ownCopy(key), value)
  }
}
