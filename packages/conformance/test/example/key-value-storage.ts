export interface Entry {
  readonly text: string
  /** Milliseconds since the epoch, by the storage's clock. */
  readonly expiresAt: number
}

/** Stands for a key/value service with its own clock, with expiry and compare-and-set. Its replies take a turn. */
export class KeyValueStorage {
  now: number = Date.now()
  readonly #entries = new Map<string, Entry>()

  get size(): number {
    return [...this.#entries.keys()].filter((key) => this.peek(key) !== undefined).length
  }

  async get(key: string): Promise<{ readonly entry: Entry | undefined; readonly now: number }> {
    await Promise.resolve()
    return { entry: this.peek(key), now: this.now }
  }

  /** Writes only if the entry and the clock are still as `get` found them. `undefined` stands for no entry. */
  async compareAndSet(key: string, found: Entry | undefined, now: number, entry: Entry | undefined): Promise<boolean> {
    await Promise.resolve()
    if (this.peek(key) !== found || this.now !== now) return false
    if (entry === undefined) this.#entries.delete(key)
    else this.#entries.set(key, entry)
    return true
  }

  /** The entry at present. */
  peek(key: string): Entry | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.expiresAt > this.now) return entry
    this.#entries.delete(key)
    return undefined
  }

  /** Changes an entry, as a fault would. */
  tamper(key: string, change: Partial<Entry>): void {
    const entry = this.peek(key)
    if (entry === undefined) throw new Error(`nothing is stored at ${key}`)
    this.#entries.set(key, { ...entry, ...change })
  }
}
