import type { Chunk } from './chunk.ts'
import type { Entry } from './entry.ts'
import type { Lane } from './lane.ts'
import { refuse } from './settle.ts'

/** How long to wait before the nth retry (from 0), in milliseconds. */
export function backOffMs(nth: number): number {
  return Math.min(100, 10 * 2 ** nth)
}

interface Waiting {
  readonly lane: Lane<Entry>
  readonly chunk: Chunk<Entry>
  readonly dueAt: number
}

/**
 * What the store refused for the moment, until it is due to be sent again. Nobody else waits for these entries: a Cluster may
 * refuse one identifier and answer others.
 */
export class RetryQueue {
  #waiting: readonly Waiting[] = []

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** When the next chunk is due, by the monotonic clock; `Infinity` if none is. */
  get dueAt(): number {
    return this.#waiting.reduce((least, { dueAt }) => Math.min(least, dueAt), Number.POSITIVE_INFINITY)
  }

  add(lane: Lane<Entry>, chunk: Chunk<Entry>, dueAt: number): void {
    for (const entry of chunk.entries) {
      entry.state = 'refused'
      entry.refusals++
      refuse(entry)
    }
    this.#waiting = [...this.#waiting, { lane, chunk, dueAt }]
  }

  /** Takes off what is due. */
  takeDue(now: number): readonly Waiting[] {
    const due = this.#waiting.filter(({ dueAt }) => dueAt <= now)
    this.#waiting = this.#waiting.filter(({ dueAt }) => dueAt > now)
    return due
  }

  *entries(): Generator<Entry> {
    for (const { chunk } of this.#waiting) yield* chunk.entries
  }
}
