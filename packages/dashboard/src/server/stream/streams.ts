import { epochMs } from '../figures/clock.ts'
import type { Sink } from '../http/exchange.ts'

const SECOND_MS = 1000
/** The bytes that a client may leave unread, besides its greeting: five snapshots. */
const MAX_UNSENT = 40_000
/** Then the page connects again, with a request that has to be permitted anew. */
const LONGEST_MS = 15 * 60_000

interface Stream {
  readonly sink: Sink
  readonly endsAt: number
  readonly mostUnsent: number
  readonly release: () => void
}

/** The messages of streams. */
export interface Told {
  /** The greeting of a new one. */
  greeting(): readonly string[]
  /** Made once a second, for all. */
  snapshot(): string
}

/** The open streams of a dashboard. */
export class Streams {
  readonly #told: Told
  readonly #open: Set<Stream> = new Set()
  #timer: ReturnType<typeof setTimeout> | undefined
  /** The snapshot of this second. */
  #latest = ''

  constructor(told: Told) {
    this.#told = told
  }

  /** @param release Called once, when the stream is over. @returns what to call when the client has left. */
  open(sink: Sink, release: () => void): () => void {
    const greeting = this.#told.greeting().join('')
    const mostUnsent = new TextEncoder().encode(greeting).byteLength + MAX_UNSENT
    const stream = { sink, endsAt: performance.now() + LONGEST_MS, mostUnsent, release }
    if (this.#open.size === 0) this.#nextSecond()
    this.#open.add(stream)
    sink.write(greeting + this.#latest)
    return () => this.#leave(stream)
  }

  close(): void {
    for (const stream of this.#open) {
      stream.sink.end()
      this.#leave(stream)
    }
  }

  #nextSecond(): void {
    this.#latest = this.#told.snapshot()
    // Soon after a second has ended, which is what a snapshot is of.
    const timer = setTimeout(() => this.#tell(), SECOND_MS + 20 - (epochMs() % SECOND_MS))
    Object(timer).unref?.()
    this.#timer = timer
  }

  #tell(): void {
    this.#nextSecond()
    const now = performance.now()
    for (const stream of this.#open) {
      const { sink, endsAt, mostUnsent } = stream
      if (now < endsAt && sink.unsent <= mostUnsent) {
        sink.write(this.#latest)
        continue
      }
      if (now < endsAt) sink.drop()
      else sink.end()
      this.#leave(stream)
    }
  }

  #leave(stream: Stream): void {
    if (!this.#open.delete(stream)) return
    stream.release()
    if (this.#open.size === 0) clearTimeout(this.#timer)
  }
}
