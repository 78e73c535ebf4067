import type { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'
import type { Lane } from './lane.ts'
import { MAX_WEIGHT } from './send-policy.ts'

/** The entries that wait to be sent. Commands are filled from the lanes by turns, so that no limiter waits behind another's crowd. */
export class SendQueue {
  /** Lanes in which entries wait. The first has the next turn. */
  readonly #lanes: Lane<Entry>[] = []
  /** Of all entries. */
  weight = 0

  get isEmpty(): boolean {
    return this.#lanes.length === 0
  }

  /** What the next command begins with. */
  get first(): Chunk<Entry> | undefined {
    return this.#lanes[0]?.first
  }

  add(entry: Entry): Chunk<Entry> {
    const { lane } = entry
    if (lane.isEmpty) this.#lanes.push(lane)
    entry.state = 'queued'
    entry.chunk = lane.add(entry)
    this.weight += entry.weight
    return entry.chunk
  }

  /** Puts a chunk before all others of its lane. */
  putBack(lane: Lane<Entry>, chunk: Chunk<Entry>): void {
    if (lane.isEmpty) this.#lanes.push(lane)
    for (const entry of chunk.entries) {
      if (entry.state !== 'settled') entry.state = 'queued'
      entry.chunk = chunk
    }
    this.weight += chunk.weight
    lane.putBack(chunk)
  }

  /** Takes off the chunks of the next command: at least one, and otherwise as near to this weight as whole chunks come. */
  cut(weight: number): Chunk<Entry>[] {
    const first = this.#shift()
    if (first === undefined) return []
    const chunks = [first]
    let cut = first.weight
    while (!first.isApart) {
      const next = this.first
      if (next === undefined || next.isApart) break
      if (cut + next.weight / 2 > weight || cut + next.weight > MAX_WEIGHT) break
      chunks.push(next)
      cut += next.weight
      this.#shift()
    }
    return chunks
  }

  *entries(): Generator<Entry> {
    for (const lane of this.#lanes) yield* lane.entries()
  }

  #shift(): Chunk<Entry> | undefined {
    const lane = this.#lanes.shift()
    const chunk = lane?.shift()
    if (lane === undefined || chunk === undefined) return undefined
    if (!lane.isEmpty) this.#lanes.push(lane)
    this.weight -= chunk.weight
    return chunk
  }
}
