import type { LimiterMessage, Snapshot } from '../../messages.ts'
import { applySnapshot, beginModel, type Model } from '../model/model.ts'
import { backoffMs } from './backoff.ts'
import { EventParser, type StreamEvent } from './event-parser.ts'
import { NO_ANSWER, type Reason, reasonOf } from './reason.ts'

/** Whether what is shown is live. */
export type LiveState =
  /** `after`: why it was not live before. */
  | { readonly name: 'connecting'; readonly after: Reason | undefined }
  | { readonly name: 'live' }
  /** Tried again by itself at `retryAt`, in milliseconds by `performance.now()`. */
  | { readonly name: 'waiting'; readonly reason: Reason; readonly retryAt: number }
  /** Tried again only when somebody asks. */
  | { readonly name: 'refused'; readonly reason: Reason }
  /** The server has no more to say: requests are isolated from each other there. */
  | { readonly name: 'complete' }

/** Without an event for this long the connection is given up: snapshots come every second. */
const SILENCE_MS = 10_000
const SILENCE = Symbol('silence')

const ENDED: Reason = { status: 0, text: 'The connection ended.' }

interface Listener {
  readonly onState: (state: LiveState) => void
  readonly onModel: (model: Model) => void
}

/**
 * Reads the server's stream and opens it again when it ends. Not an EventSource, as that tells no status of an answer, and a page
 * must say whether to sign in or to wait.
 */
export class LiveStream {
  readonly #listener: Listener
  #failures = 0
  /** Why it is not live. */
  #reason: Reason | undefined
  /** The messages of the latest stream. */
  #model: Model | undefined
  #attempt = new AbortController()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(listener: Listener) {
    this.#listener = listener
  }

  /** Connects now, also while it waits or is connected. */
  open(): void {
    this.close()
    this.#listener.onState({ name: 'connecting', after: this.#reason })
    this.#connect()
  }

  /** Until it is opened again. */
  close(): void {
    clearTimeout(this.#timer)
    this.#attempt.abort()
  }

  #connect(): void {
    this.#attempt = new AbortController()
    void this.#read(this.#attempt)
  }

  async #read(attempt: AbortController): Promise<void> {
    const ended = await this.#readUntilEnd(attempt).catch(() => NO_ANSWER)
    const { aborted, reason } = attempt.signal
    if (aborted && reason !== SILENCE) return
    clearTimeout(this.#timer)
    if (ended === ENDED && this.#failures === 0) {
      // The server ends each stream after a while, to ask again whether it is permitted. Nothing is wrong.
      this.#timer = setTimeout(() => this.#connect(), backoffMs(1, Math.random()))
      return
    }
    this.#reason = ended
    if (ended.status === 401 || ended.status === 403) {
      this.#listener.onState({ name: 'refused', reason: ended })
      return
    }
    const waitMs = backoffMs(++this.#failures, Math.random())
    this.#timer = setTimeout(() => this.open(), waitMs)
    this.#listener.onState({ name: 'waiting', reason: ended, retryAt: performance.now() + waitMs })
  }

  async #readUntilEnd(attempt: AbortController): Promise<Reason> {
    this.#expectEvent(attempt)
    const headers = { accept: 'text/event-stream' }
    const response = await fetch('stream', { headers, cache: 'no-store', signal: attempt.signal })
    if (!response.ok) return reasonOf(response)
    if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      return { status: 401, text: 'The server answered with another page. Sign in to the app, then try again.' }
    }
    const parser = new EventParser()
    const session = new Session(this.#model)
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      this.#expectEvent(attempt)
      for (const event of parser.push(chunk.value)) {
        const model = session.apply(event)
        if (model === undefined) continue
        this.#failures = 0
        this.#reason = undefined
        this.#model = model
        this.#listener.onModel(model)
        this.#listener.onState({ name: model.process === undefined ? 'complete' : 'live' })
        if (model.process === undefined) attempt.abort()
      }
    }
    return ENDED
  }

  #expectEvent(attempt: AbortController): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => attempt.abort(SILENCE), SILENCE_MS)
  }
}

/** The messages of one stream. */
class Session {
  readonly #limiters: LimiterMessage[] = []
  readonly #before: Model | undefined
  #model: Model | undefined

  constructor(before: Model | undefined) {
    this.#before = before
  }

  /** @returns what is to be shown, once a snapshot has come. */
  apply({ name, data }: StreamEvent): Model | undefined {
    if (name === 'limiter') this.#limiters.push(JSON.parse(data) as LimiterMessage)
    if (name !== 'snapshot') return undefined
    const snapshot = JSON.parse(data) as Snapshot
    this.#model =
      this.#model === undefined
        ? beginModel(this.#limiters, snapshot, this.#before)
        : applySnapshot(this.#model, snapshot)
    return this.#model
  }
}
