import { Chunk, type Queued } from './chunk.ts'

/** The entries of one limiter that wait to be sent, in order. */
export class Lane<Item extends Queued> {
  #chunks: Chunk<Item>[] = []
  /** Entries that wait. */
  #size = 0
  /** The entry added last and, where more than one waits, the newest of each identifier. */
  #latest: Item | undefined
  #newest: Map<string, Item> | undefined

  get isEmpty(): boolean {
    return this.#chunks.length === 0
  }

  get first(): Chunk<Item> | undefined {
    return this.#chunks[0]
  }

  /** The newest entry of an identifier, unless it was sent. Joining an older one would overtake others. */
  newest(id: string): Item | undefined {
    const entry = this.#newest === undefined ? this.#latest : this.#newest.get(id)
    return entry?.state === 'queued' && entry.id === id ? entry : undefined
  }

  /** @returns the chunk that the entry is in. */
  add(entry: Item): Chunk<Item> {
    let chunk = this.#chunks.at(-1)
    const full = this.#size < FEW ? SMALL : LARGE
    if (chunk === undefined || chunk.weight >= full || chunk.isApart) {
      chunk = new Chunk()
      this.#chunks.push(chunk)
    }
    chunk.add(entry)
    this.#size++
    if (this.#latest !== undefined) {
      this.#newest ??= new Map([[this.#latest.id, this.#latest]])
      this.#newest.set(entry.id, entry)
    }
    this.#latest = entry
    return chunk
  }

  /** Puts a chunk before all others: its entries came first. */
  putBack(chunk: Chunk<Item>): void {
    this.#chunks.unshift(chunk)
    this.#size += chunk.entries.length
  }

  shift(): Chunk<Item> | undefined {
    const chunk = this.#chunks.shift()
    if (chunk === undefined) return undefined
    this.#size -= chunk.entries.length
    if (this.#size === 0) {
      this.#newest = undefined
      this.#latest = undefined
    } else if (this.#newest !== undefined && this.#newest.size >= 2 * this.#size + FEW) {
      // A new map: one that lives on while entries come and go drags garbage into the old generation of the heap.
      this.#newest = new Map()
      for (const entry of this.entries()) this.#newest.set(entry.id, entry)
    }
    return chunk
  }

  *entries(): Generator<Item> {
    for (const chunk of this.#chunks) yield* chunk.entries
  }
}

const FEW = 64
/** Weight at which a chunk takes no more: small while few wait, so that commands share them evenly; each chunk costs a promise. */
const SMALL = 8
const LARGE = 16
