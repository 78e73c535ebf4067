/** First bytes of RESP2's and RESP3's types that are more than a line. */
const BULKS = new Set([...'$=!'].map(byteOf))
const COLLECTIONS = new Set([...'*~>'].map(byteOf))
const MAP = byteOf('%')
const ATTRIBUTE = byteOf('|')
const PUSH = byteOf('>')
const CR = 13
const LF = 10

/**
 * Cuts a stream of RESP2 or RESP3 into whole requests or replies without decoding them, however the bytes are split into
 * chunks. A line that begins with no type of RESP is taken for an inline command.
 */
export class FrameScanner {
  #bytes: Buffer = Buffer.alloc(0)
  /** Offset behind the last value that came whole. */
  #at = 0
  /** How many values the frame under way still lacks. */
  #lacking = 1

  /** Takes the next chunk and returns the bytes of each frame that is complete with it, in order. */
  push(chunk: Buffer): Buffer[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const frames: Buffer[] = []
    let start = 0
    while (this.#readValue()) {
      if (this.#lacking > 0) continue
      frames.push(this.#bytes.subarray(start, this.#at))
      start = this.#at
      this.#lacking = 1
    }
    this.#bytes = this.#bytes.subarray(start)
    this.#at -= start
    return frames
  }

  /** Goes past one value, for a collection past its header. False when its bytes have not all come yet. */
  #readValue(): boolean {
    const type = this.#bytes[this.#at] ?? CR
    const lineEnd = this.#bytes.indexOf(LF, this.#at)
    if (lineEnd === -1) return false
    let end = lineEnd + 1
    let inside = 0
    if (BULKS.has(type)) {
      const length = this.#lineAsNumber(lineEnd)
      if (length >= 0) end += length + 2
      if (end > this.#bytes.length) return false
    } else if (COLLECTIONS.has(type)) inside = Math.max(0, this.#lineAsNumber(lineEnd))
    else if (type === MAP) inside = 2 * this.#lineAsNumber(lineEnd)
    // An attribute is no value; the value that it describes follows it.
    else if (type === ATTRIBUTE) inside = 2 * this.#lineAsNumber(lineEnd) + 1
    this.#at = end
    this.#lacking += inside - 1
    return true
  }

  #lineAsNumber(lineEnd: number): number {
    return Number(this.#bytes.toString('latin1', this.#at + 1, lineEnd))
  }
}

/** The name of the command in a request, in upper case. */
export function commandOf(request: Buffer): string {
  if (request[0] !== byteOf('*')) return (request.toString('latin1').trim().split(' ', 1)[0] ?? '').toUpperCase()
  const start = request.indexOf(LF, request.indexOf(LF) + 1) + 1
  return request.toString('latin1', start, request.indexOf(CR, start)).toUpperCase()
}

/** Whether a frame from the server is out of band: no answer to a request. */
export function isPush(frame: Buffer): boolean {
  return frame[0] === PUSH
}

function byteOf(character: string): number {
  return character.charCodeAt(0)
}
