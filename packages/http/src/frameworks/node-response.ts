import type { HeaderFields } from '../fields/fields.ts'

/** The slice that tells whether an answer was sent: a response of `node:http`, or of `node:http2` with its compatibility layer. */
export interface SentResponse {
  /** The connection of `node:http`. `node:http2` has the stream in its place. */
  readonly req?: { readonly socket?: { readonly destroyed?: boolean } | null | undefined } | undefined
  /** Only in `node:http2`. */
  readonly stream?: { readonly aborted: boolean; readonly writableFinished: boolean } | undefined
  once(event: 'finish', listener: () => void): unknown
}

/** The slice of a Node `ServerResponse` that is called. */
export interface NodeResponse extends SentResponse {
  readonly headersSent: boolean
  statusCode: number
  getHeader(name: string): number | string | readonly string[] | undefined
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * Calls back once the whole answer was sent. Not at all if the client left before that.
 *
 * @example onceSent(response, () => console.log('sent'))
 */
export function onceSent(response: SentResponse, callback: () => void): void {
  response.once('finish', () => {
    if (wasSent(response)) callback()
  })
}

/**
 * `finish` alone does not mean that the answer was sent. `node:http2` emits it for every stream that closes, also for one that
 * the client reset while the handler ran. `node:http` emits it when the connection breaks with a part of the answer unsent.
 */
function wasSent({ stream, req }: SentResponse): boolean {
  // A stream that is reset before `end` finishes, too, but counts as aborted. One that is reset after `end` does not finish.
  if (stream !== undefined) return stream.writableFinished && !stream.aborted
  return req?.socket?.destroyed !== true
}

/**
 * A Node response's header fields.
 *
 * @example draft10.write(policies, fieldsOf(response))
 */
export function fieldsOf(response: NodeResponse): HeaderFields {
  return {
    get: (name) => response.getHeader(name)?.toString(),
    set: (name, value) => response.setHeader(name, value),
  }
}
