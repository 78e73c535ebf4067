import { Chunk, type Queued } from './chunk.ts'

/** The weight at which a chunk takes no more: commands are made of whole chunks, and each costs a promise. */
const FULL = 8

/** The entries of one limiter that wait to be sent, in order. */
export class Lane<Item extends Queued> {
  chunks: Chunk<Item>[] = []
  /** The newest entry of each identifier. Joining an older one would overtake others. */
  #newest: Map<string, Item> = new Map()

  /** The newest entry of an identifier, if any waits. */
  newest(id: string): Item | undefined {
    return this.#newest.get(id)
  }

  /** @returns the chunk that the entry is in. */
  add(entry: Item): Chunk<Item> {
    let chunk = this.chunks.at(-1)
    if (chunk === undefined || chunk.weight >= FULL || chunk.refusals > 0) {
      chunk = new Chunk()
      this.chunks.push(chunk)
    }
    chunk.add(entry)
    this.#newest.set(entry.id, entry)
    return chunk
  }

  shift(): Chunk<Item> | undefined {
    const chunk = this.chunks.shift()
    for (const entry of chunk?.entries ?? []) {
      if (this.#newest.get(entry.id) === entry) this.#newest.delete(entry.id)
    }
    return chunk
  }
}
