import type { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'
import type { Lane } from './lane.ts'

/** The entries that wait to be sent. Commands are filled from the lanes by turns, so that no limiter waits behind another's crowd. */
export class SendQueue {
  /** Lanes in which entries wait. The one at the head has the next turn. */
  #lanes: Lane<Entry>[] = []
  #head = 0
  /** Of all entries. */
  weight = 0

  get isEmpty(): boolean {
    return this.#head === this.#lanes.length
  }

  /** What the next command begins with. */
  get first(): Chunk<Entry> | undefined {
    return this.#lanes[this.#head]?.first
  }

  add(entry: Entry): Chunk<Entry> {
    const { lane } = entry
    if (lane.isEmpty) this.#lanes.push(lane)
    entry.state = 'queued'
    entry.chunk = lane.add(entry)
    this.weight += entry.weight
    return entry.chunk
  }

  /** Puts entries of one lane before all others of the lane. */
  putBack(lane: Lane<Entry>, chunk: Chunk<Entry>): void {
    if (lane.isEmpty) this.#lanes.push(lane)
    for (const entry of chunk.entries) {
      if (entry.state !== 'settled') entry.state = 'queued'
      entry.chunk = chunk
    }
    this.weight += chunk.weight
    lane.putBack(chunk)
  }

  /** Takes off the chunks of the next command: up to this weight, but at least one chunk. */
  cut(weight: number): Chunk<Entry>[] {
    const first = this.#shift()
    if (first === undefined) return []
    const chunks = [first]
    let cut = first.weight
    while (!first.isApart) {
      const next = this.first
      if (next === undefined || next.isApart || cut + next.weight > weight) break
      chunks.push(next)
      cut += next.weight
      this.#shift()
    }
    return chunks
  }

  *entries(): Generator<Entry> {
    for (let i = this.#head; i < this.#lanes.length; i++) yield* (this.#lanes[i] as Lane<Entry>).entries()
  }

  #shift(): Chunk<Entry> | undefined {
    const lane = this.#lanes[this.#head]
    const chunk = lane?.shift()
    if (lane === undefined || chunk === undefined) return undefined
    this.#head++
    if (!lane.isEmpty) this.#lanes.push(lane)
    if (this.isEmpty) {
      this.#lanes = []
      this.#head = 0
    } else if (this.#head >= 256) {
      this.#lanes.splice(0, this.#head)
      this.#head = 0
    }
    this.weight -= chunk.weight
    return chunk
  }
}
