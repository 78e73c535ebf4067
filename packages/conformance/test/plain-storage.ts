import type { AdjustReply, CounterState } from '@rl/core'

/** The content of one address. `'junk'` stands for a value that is no counter, of any type. */
export interface Stored {
  value: CounterState | AdjustReply['windows'] | 'junk'
  /** When the storage drops it, by its own clock. */
  expiresAt: number
}

/** A storage that several stores share, with a clock that is moved by hand. */
export class PlainStorage {
  #now: number = Date.now()
  knowsScripts = false
  readonly #stored = new Map<string, Stored>()

  get now(): number {
    return this.#now
  }

  set now(ms: number) {
    this.#now = ms
  }

  get size(): number {
    for (const address of this.#stored.keys()) this.get(address)
    return this.#stored.size
  }

  get(address: string): Stored | undefined {
    const stored = this.#stored.get(address)
    if (stored === undefined || stored.expiresAt > this.now) return stored
    this.#stored.delete(address)
    return undefined
  }

  set(address: string, stored: Stored): void {
    this.#stored.set(address, stored)
  }

  delete(address: string): void {
    this.#stored.delete(address)
  }

  deleteAll(matches: (address: string) => boolean): void {
    for (const address of this.#stored.keys()) if (matches(address)) this.#stored.delete(address)
  }

  ttl(address: string): number | undefined {
    const stored = this.get(address)
    return stored && stored.expiresAt - this.now
  }

  persist(address: string): void {
    this.#mustGet(address).expiresAt = Number.POSITIVE_INFINITY
  }

  spoil(address: string): void {
    this.#mustGet(address).value = 'junk'
  }

  /** Tampering that did nothing would leave its case with nothing to find. */
  #mustGet(address: string): Stored {
    const stored = this.get(address)
    if (stored === undefined) throw new Error(`nothing is stored at ${address}`)
    return stored
  }
}
