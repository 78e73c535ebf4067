import { Chunk, type Queued } from './chunk.ts'

/** The entries of one limiter that wait to be sent, in order. */
export class Lane<Item extends Queued> {
  #chunks: Chunk<Item>[] = []
  #head = 0
  /** The entry added last and, where more than one waits, the newest of each identifier. */
  #latest: Item | undefined
  #newest: Map<string, Item> | undefined

  get isEmpty(): boolean {
    return this.#head === this.#chunks.length
  }

  get first(): Chunk<Item> | undefined {
    return this.#chunks[this.#head]
  }

  /** The newest entry of an identifier, unless it was sent. Joining an older one would overtake others. */
  newest(id: string): Item | undefined {
    const entry = this.#newest === undefined ? this.#latest : this.#newest.get(id)
    return entry?.state === 'queued' && entry.id === id ? entry : undefined
  }

  /** @returns the chunk that the entry is in. */
  add(entry: Item): Chunk<Item> {
    let chunk = this.isEmpty ? undefined : this.#chunks.at(-1)
    if (chunk === undefined || chunk.isFull || chunk.isApart) {
      chunk = new Chunk()
      this.#chunks.push(chunk)
    }
    chunk.add(entry)
    if (this.#latest !== undefined) {
      this.#newest ??= new Map([[this.#latest.id, this.#latest]])
      this.#newest.set(entry.id, entry)
    }
    this.#latest = entry
    return chunk
  }

  /** Puts a chunk before all others: its entries came first. */
  putBack(chunk: Chunk<Item>): void {
    if (this.#head > 0) this.#chunks[--this.#head] = chunk
    else this.#chunks.unshift(chunk)
  }

  shift(): Chunk<Item> | undefined {
    const chunk = this.first
    if (chunk === undefined) return undefined
    this.#head++
    if (this.isEmpty) {
      this.#chunks = []
      this.#head = 0
      // A new map next time: one that lives on while entries come and go drags garbage into the old generation of the heap.
      this.#newest = undefined
      this.#latest = undefined
    } else if (this.#head >= 64 && this.#head * 2 >= this.#chunks.length) {
      this.#chunks.splice(0, this.#head)
      this.#head = 0
    }
    return chunk
  }

  *entries(): Generator<Item> {
    for (let i = this.#head; i < this.#chunks.length; i++) yield* (this.#chunks[i] as Chunk<Item>).entries
  }
}
