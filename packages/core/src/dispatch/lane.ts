import { Chunk, type Queued } from './chunk.ts'

/** Weight at which a chunk takes no more: small while few wait, so that commands share them evenly; each chunk costs a promise. */
const SMALL = 8
const LARGE = 16

/** The entries of one limiter that wait to be sent, in order. */
export class Lane<Item extends Queued> {
  chunks: Chunk<Item>[] = []
  /** The newest entry of each identifier, and some that were sent since. Joining an older one would overtake others. */
  #newest: Map<string, Item> = new Map()

  /** The newest entry of an identifier. It may have been sent. */
  newest(id: string): Item | undefined {
    return this.#newest.get(id)
  }

  /** @returns the chunk that the entry is in. */
  add(entry: Item): Chunk<Item> {
    let chunk = this.chunks.at(-1)
    if (chunk === undefined || chunk.weight >= (this.chunks.length > SMALL ? LARGE : SMALL) || chunk.refusals > 0) {
      chunk = new Chunk()
      this.chunks.push(chunk)
    }
    chunk.add(entry)
    this.#newest.set(entry.id, entry)
    return chunk
  }

  shift(): Chunk<Item> | undefined {
    const chunk = this.chunks.shift()
    // A new map: one that lives on while entries come and go drags garbage into the old generation of the heap.
    if (this.#newest.size > 2 * LARGE * this.chunks.length) {
      this.#newest = new Map()
      for (const { entries } of this.chunks) for (const entry of entries) this.#newest.set(entry.id, entry)
    }
    return chunk
  }
}
