/** An error reply: `message` is the server's own text, such as `WRONGTYPE Operation against a key…`. */
export class ReplyError extends Error {
  override name = 'ReplyError'

  /** The first word of the message, such as `NOSCRIPT`. */
  get code(): string {
    return this.message.split(' ', 1)[0] ?? ''
  }
}

/**
 * A reply as it came off the wire (RESP2). A status (`+OK`) is a string and a bulk string is a Buffer, so the two stay
 * apart; an integer beyond 2^53-1 is a bigint; an error inside an array is a {@link ReplyError} in its place.
 */
export type RawReply = string | Buffer | number | bigint | null | ReplyError | readonly RawReply[]

/** A {@link RawReply} with every bulk string decoded as UTF-8. */
export type RespValue = string | number | bigint | null | ReplyError | readonly RespValue[]

/** One argument of a command; a number is sent as its decimal text. */
export type RespArgument = string | number | Buffer

/**
 * The bytes of one command.
 *
 * @example socket.write(encodeCommand(['SET', 'greeting', 'hello']))
 */
export function encodeCommand(args: readonly RespArgument[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)]
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg))
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, CRLF)
  }
  return Buffer.concat(parts)
}

/**
 * The bytes of one reply, as a Redis would send it.
 *
 * @example encodeReply(['OK', 1, null]).toString() // '*3\r\n+OK\r\n:1\r\n$-1\r\n'
 */
export function encodeReply(reply: RawReply): Buffer {
  if (isArray(reply)) return Buffer.concat([Buffer.from(`*${reply.length}\r\n`), ...reply.map(encodeReply)])
  if (Buffer.isBuffer(reply)) return Buffer.concat([Buffer.from(`$${reply.length}\r\n`), reply, CRLF])
  if (reply === null) return Buffer.from('$-1\r\n')
  if (reply instanceof ReplyError) return Buffer.from(`-${reply.message}\r\n`)
  return Buffer.from(`${typeof reply === 'string' ? '+' : ':'}${reply}\r\n`)
}

/** Decodes every bulk string of a reply as UTF-8; what is not UTF-8 becomes U+FFFD. */
export function decodeText(reply: RawReply): RespValue {
  if (Buffer.isBuffer(reply)) return reply.toString()
  return isArray(reply) ? reply.map(decodeText) : reply
}

/** Whether a reply is an array (`Array.isArray` does not narrow readonly arrays). */
export function isArray<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

/** Cuts a stream of bytes into replies, however the bytes are split into chunks. */
export class RespParser {
  #buffer: Buffer = Buffer.alloc(0)

  /**
   * Takes the next chunk and returns the replies that are complete with it, in order.
   *
   * @throws Error when the bytes are not RESP2; the stream cannot be read any further then
   */
  push(chunk: Buffer): RawReply[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    const replies: RawReply[] = []
    let end = 0
    for (;;) {
      const parsed = parseReply(this.#buffer, end)
      if (parsed === undefined) break
      replies.push(parsed.reply)
      end = parsed.end
    }
    this.#buffer = this.#buffer.subarray(end)
    return replies
  }
}

const CRLF = Buffer.from('\r\n')

interface Parsed {
  reply: RawReply
  /** Offset of the first byte behind the reply. */
  end: number
}

/** The reply that begins at `start`, or undefined when its bytes have not all come yet. */
function parseReply(bytes: Buffer, start: number): Parsed | undefined {
  const lineEnd = bytes.indexOf(CRLF, start)
  if (lineEnd === -1) return undefined
  const line = bytes.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + CRLF.length
  switch (bytes[start]) {
    case 0x2b: // +
      return { reply: line, end }
    case 0x2d: // -
      return { reply: new ReplyError(line), end }
    case 0x3a: // :
      return { reply: parseInteger(line), end }
    case 0x24: // $
      return parseBulk(bytes, Number(line), end)
    case 0x2a: // *
      return parseArray(bytes, Number(line), end)
    default:
      throw new Error(`Not a RESP2 reply: ${JSON.stringify(bytes.toString('latin1', start, lineEnd))}`)
  }
}

function parseInteger(digits: string): number | bigint {
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}

function parseBulk(bytes: Buffer, length: number, start: number): Parsed | undefined {
  if (length === -1) return { reply: null, end: start }
  const end = start + length + CRLF.length
  // A copy: the chunk it came in is shared with everything else that came in it.
  return bytes.length < end ? undefined : { reply: Buffer.from(bytes.subarray(start, start + length)), end }
}

function parseArray(bytes: Buffer, length: number, start: number): Parsed | undefined {
  if (length === -1) return { reply: null, end: start }
  const replies: RawReply[] = []
  let end = start
  for (let index = 0; index < length; index++) {
    const parsed = parseReply(bytes, end)
    if (parsed === undefined) return undefined
    replies.push(parsed.reply)
    end = parsed.end
  }
  return { reply: replies, end }
}
