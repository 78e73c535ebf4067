import { encodeReply, isArray, type RawReply, ReplyError } from '../resp/resp.ts'
import { RestError } from './rest-error.ts'

/** How the strings of a reply are written; what the two request headers chose. */
export type ReplyFormat = 'json' | 'base64' | 'resp2'

/** An HTTP response, ready to be sent. */
export interface HttpResponse {
  status: number
  contentType: string
  body: Buffer
}

/**
 * The format asked for by `Upstash-Encoding` and `Upstash-Response-Format`.
 *
 * @throws RestError 400 when a header has an unknown value, or both exclude each other
 */
export function chooseFormat(encoding: string | undefined, responseFormat: string | undefined): ReplyFormat {
  const isBase64 = encoding?.toLowerCase() === 'base64'
  switch (responseFormat?.toLowerCase()) {
    case undefined:
    case 'json':
      return isBase64 ? 'base64' : 'json'
    case 'resp2':
      if (!isBase64) return 'resp2'
      throw new RestError(400, 'ERR Upstash-Encoding: base64 is not possible with Upstash-Response-Format: resp2')
    default:
      throw new RestError(400, `ERR unknown Upstash-Response-Format ${JSON.stringify(responseFormat)}: json or resp2`)
  }
}

/** The response to one command: 200 with its result, or 400 with its error. */
export function commandResponse(reply: RawReply, format: ReplyFormat): HttpResponse {
  const status = reply instanceof ReplyError ? 400 : 200
  return format === 'resp2' ? binary(status, encodeReply(reply)) : json(status, envelope(reply, format))
}

/** The response to several commands: 200 with each one's result or error in its place. */
export function commandsResponse(replies: readonly RawReply[], format: ReplyFormat): HttpResponse {
  if (format === 'resp2') return binary(200, Buffer.concat(replies.map(encodeReply)))
  return json(200, `[${replies.map((reply) => envelope(reply, format)).join(',')}]`)
}

/** A response that carries an error only; errors are never base64. */
export function errorResponse(status: number, message: string): HttpResponse {
  return json(status, JSON.stringify({ error: message }))
}

function binary(status: number, body: Buffer): HttpResponse {
  return { status, contentType: 'application/octet-stream', body }
}

function json(status: number, text: string): HttpResponse {
  return { status, contentType: 'application/json', body: Buffer.from(text) }
}

function envelope(reply: RawReply, format: 'json' | 'base64'): string {
  if (reply instanceof ReplyError) return JSON.stringify({ error: reply.message })
  // The status OK is the one string that base64 leaves alone, and only where it is the whole result.
  return `{"result":${reply === 'OK' ? '"OK"' : toJson(reply, format)}}`
}

/** Written by hand, as JSON.stringify refuses the integers beyond 2^53 that Redis may answer with. */
function toJson(reply: RawReply, format: 'json' | 'base64'): string {
  if (isArray(reply)) return `[${reply.map((item) => toJson(item, format)).join(',')}]`
  if (reply === null || typeof reply === 'number' || typeof reply === 'bigint') return String(reply)
  const bytes = Buffer.isBuffer(reply) ? reply : Buffer.from(reply instanceof ReplyError ? reply.message : reply)
  return JSON.stringify(bytes.toString(format === 'base64' ? 'base64' : 'utf8'))
}
