import { Chunk, type Queued } from './chunk.ts'

/** Weight at which a chunk takes no more: small while few wait, so that commands share them evenly; each chunk costs a promise. */
const SMALL = 8
const LARGE = 16
/** From this many callers under way, two commands with one half each are quicker than one. */
const LEAST_TO_HALVE = 48

/** The entries of one limiter that wait to be sent, in order. */
export class Lane<Item extends Queued> {
  chunks: Chunk<Item>[] = []
  /** The newest entry of each identifier, and some that were sent since. Joining an older one would overtake others. */
  #newest: Map<string, Item> = new Map()
  /** Whether the store wants several commands under way at once. */
  readonly #isParallel: boolean
  /** Callers of shared takes under way, and the most of them lately. */
  #underWay = 0
  #most = 0

  constructor(parallelism: number = 1) {
    this.#isParallel = parallelism > 1
  }

  /**
   * Whether a shared take has enough callers: half of those that ask again and again, so that the client works on one half while the
   * server works on the other.
   */
  isFull(callers: number): boolean {
    return this.#isParallel && this.#most >= LEAST_TO_HALVE && callers >= this.#most / 2
  }

  /** More callers of shared takes are under way, or fewer. */
  count(callers: number): void {
    this.#underWay += callers
    this.#most = Math.max(this.#most - 1, this.#underWay)
  }

  /** The newest entry of an identifier. It may have been sent. */
  newest(id: string): Item | undefined {
    return this.#newest.get(id)
  }

  /** @returns the chunk that the entry is in. */
  add(entry: Item): Chunk<Item> {
    let chunk = this.chunks.at(-1)
    const most = this.chunks.length > SMALL ? LARGE : SMALL
    if (chunk === undefined || chunk.weight >= most || chunk.refusals > 0 || chunk.apart !== entry.apart) {
      chunk = new Chunk()
      chunk.apart = entry.apart
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
