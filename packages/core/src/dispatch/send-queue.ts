import type { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'
import type { Lane } from './lane.ts'
import { MAX_WEIGHT } from './send-policy.ts'

/** The entries that wait to be sent. Commands are filled from the lanes by turns, so that no limiter waits behind another's crowd. */
export class SendQueue {
  /** Lanes in which entries wait. The first has the next turn. */
  readonly #lanes: Lane<Entry>[] = []
  /**
   * Chunks that the store refused for the moment, until they are due to be sent again. Nobody else waits for these entries: a
   * Cluster may refuse one identifier and answer others.
   */
  #refused: Chunk<Entry>[] = []
  /** Of all entries that may be sent. */
  weight = 0

  get isEmpty(): boolean {
    return this.#lanes.length + this.#refused.length === 0
  }

  add(entry: Entry): Chunk<Entry> {
    const { lane, weight } = entry
    this.#enter(lane, weight)
    entry.chunk = lane.add(entry)
    return entry.chunk
  }

  /** Takes off the chunks of the next command: at least one, and otherwise as near to this weight as whole chunks come. */
  cut(weight: number): Chunk<Entry>[] {
    const chunks: Chunk<Entry>[] = []
    let cut = 0
    for (;;) {
      const lane = this.#lanes[0]
      const chunk = lane?.chunks[0]
      if (lane === undefined || chunk === undefined) return chunks
      const isMore = cut + chunk.weight / 2 > weight || cut + chunk.weight > MAX_WEIGHT
      if (cut > 0 && (isMore || chunk.apart !== chunks[0]?.apart)) return chunks
      chunks.push(chunk)
      cut += chunk.weight
      this.weight -= chunk.weight
      lane.shift()
      // Entries that are sent apart leave together.
      this.#lanes.shift()
      if (lane.chunks.length > 0) this.#lanes[chunk.apart === undefined ? 'push' : 'unshift'](lane)
    }
  }

  /**
   * Puts chunks that were refused before all others of their lanes, once they are due.
   *
   * @returns when the next one is due, by the monotonic clock; `Infinity` if none is left.
   */
  putBack(chunks: readonly Chunk<Entry>[], now: number): number {
    const refused = [...this.#refused, ...chunks]
    this.#refused = []
    let nextAt = Number.POSITIVE_INFINITY
    // From the last one, as each is put before the others.
    for (const chunk of refused.reverse()) {
      if (chunk.dueAt > now) {
        this.#refused.unshift(chunk)
        nextAt = Math.min(nextAt, chunk.dueAt)
      } else {
        const { lane } = chunk.entries[0] as Entry
        this.#enter(lane, chunk.weight)
        lane.chunks.unshift(chunk)
      }
    }
    return nextAt
  }

  *entries(): Generator<Entry> {
    for (const { chunks } of [...this.#lanes, { chunks: this.#refused }])
      for (const { entries } of chunks) yield* entries
  }

  #enter(lane: Lane<Entry>, weight: number): void {
    if (lane.chunks.length === 0) this.#lanes.push(lane)
    this.weight += weight
  }
}
