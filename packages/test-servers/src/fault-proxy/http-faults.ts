import type { OutgoingHttpHeaders } from 'node:http'
import { type Fault, pick } from './fault-source.ts'

/** A whole HTTP response. */
export interface HttpReply {
  readonly status: number
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

/** The response that takes the place of the server's, for the faults that make one up. */
export function madeUpReply({ kind }: Fault): HttpReply | undefined {
  switch (kind) {
    case 'status-429':
      return withBody(429, 'application/json', '{"error":"Too many requests"}')
    case 'status-500':
      return withBody(500, 'application/json', '{"error":"Internal error"}')
    case 'status-502-html':
      return withBody(502, 'text/html', '<!doctype html><title>502</title><h1>Bad gateway</h1>\n')
    case 'empty-body':
      return withBody(200, 'application/json', '')
    default:
      return undefined
  }
}

/** The server's response, for the faults that spoil it. */
export function spoiltReply({ kind, amount }: Fault, reply: HttpReply): HttpReply | undefined {
  const { body, headers } = reply
  if (kind === 'truncated-json') return replaced(reply, body.subarray(0, Math.floor(body.length / 2)))
  if (kind !== 'wrong-encoding') return undefined
  const encode = pick(
    [
      () => replaced({ ...reply, headers: { ...headers, 'content-encoding': 'gzip' } }, body),
      () => replaced(reply, Buffer.from(body.toString(), 'utf16le')),
      () => replaced(reply, Buffer.from(body.toString('base64'))),
    ],
    amount,
  )
  return encode?.()
}

/** The bytes of a response up to the middle of its body, or of its head when there is no body to speak of. */
export function firstHalf({ status, headers, body }: HttpReply): Buffer {
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each) => `${name}: ${each ?? ''}\r\n`),
  )
  const head = Buffer.from(`HTTP/1.1 ${status} \r\n${lines.join('')}\r\n`)
  if (body.length < 2) return head.subarray(0, Math.floor(head.length / 2))
  return Buffer.concat([head, body.subarray(0, Math.floor(body.length / 2))])
}

function withBody(status: number, contentType: string, text: string): HttpReply {
  return replaced({ status, headers: { 'content-type': contentType }, body: Buffer.alloc(0) }, Buffer.from(text))
}

function replaced({ status, headers }: HttpReply, body: Buffer): HttpReply {
  return { status, headers: { ...headers, 'content-length': body.length }, body }
}
