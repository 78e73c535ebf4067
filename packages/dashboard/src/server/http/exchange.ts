import { Refused } from '../refused.ts'

/** A request, whatever server it came by. */
export interface Incoming<Native> {
  /** The request that `authorize` is called with. */
  readonly native: Native
  readonly method: string
  /** The whole path, with what the app is mounted under; without a query. */
  readonly path: string
  /** The address that people use, as this server sees it: scheme, host and port. */
  readonly ownOrigin: string
  /** @param name In small letters. */
  header(name: string): string | undefined
  /**
   * The body as JSON.
   *
   * @throws {Refused} for a longer body, or one that is no JSON.
   */
  json(maxBytes: number): Promise<unknown>
}

export interface Outgoing {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | OpenStream
}

/** Begins to write to a connection. @returns what to call when the client has left. */
export type OpenStream = (sink: Sink) => () => void

/** A connection that stays open. */
export interface Sink {
  write(text: string): void
  /** Bytes that were written and that the client did not take yet. */
  readonly unsent: number
  /** After what was written. */
  end(): void
  /** At once. */
  drop(): void
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refused('bad-request', 'The body must be JSON.')
  }
}

export function tooLarge(maxBytes: number): Refused {
  return new Refused('too-large', `The body must have at most ${maxBytes} bytes.`)
}
