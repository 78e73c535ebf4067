import {
  type Adjusted,
  type Adjustment,
  type AdjustReply,
  type CounterState,
  type Operation,
  type Reply,
  StoreError,
  type Take,
  type Window,
} from '@rl/core'

/** Why an operation failed and changed nothing, in the order of the script's codes: `!1` is the first. */
const FAILURES: readonly string[] = [
  'the counter holds no count',
  'the counter is of another type',
  'the counter has another layout version',
  'the counter would exceed 2^53-1',
  'the token has expired',
]

/**
 * The script's reply, one answer for each operation; `script.lua` says how it looks.
 *
 * @throws {StoreError} `'unknown'` for anything but exactly what the script sends to these operations: a part that is missing, odd
 *   or too many must never become an answer.
 */
export function decode(operations: readonly Operation[], raw: unknown): (Reply | Error)[] {
  if (typeof raw !== 'string') throw malformed()
  const reader = new Reader(raw)
  const now = reader.clock()
  const replies = new Array<Reply | Error>(operations.length)
  for (let i = 0; i < operations.length; i++) {
    reader.expect(SPACE)
    replies[i] = reader.skip(EXCLAMATION) ? failure(reader.number()) : answer(reader, operations[i] as Operation, now)
  }
  reader.end()
  return replies
}

function answer(reader: Reader, operation: Operation, now: number): Reply {
  if (operation.kind === 'take') return takeReply(reader, operation, now)
  if (operation.kind === 'adjust') return adjustReply(reader, operation, now)
  reader.expect(LETTER_C)
  return { now }
}

function takeReply(reader: Reader, { windows, times }: Take, now: number): Reply {
  if (reader.skip(LETTER_O)) return { outside: true, now }
  let timesTaken = times
  let used = reader.number()
  if (reader.skip(STAR)) {
    timesTaken = used
    if (timesTaken >= times) throw malformed()
    used = reader.number()
  }
  const states = new Array<CounterState>(windows.length)
  for (let w = 0; w < windows.length; w++) {
    if (w > 0) {
      reader.expect(COMMA)
      used = reader.number()
    }
    const generation = reader.skip(COLON) ? reader.number() : 0
    states[w] = { used, resetAt: 0, generation }
  }
  readEnds(reader, windows, now, states)
  return { timesTaken, now, windows: states }
}

/** Sent for all windows or for none: the ends of epoch windows follow from the clock. */
function readEnds(reader: Reader, windows: readonly Window[], now: number, states: { resetAt: number }[]): void {
  const areSent = reader.skip(AT)
  for (let w = 0; w < windows.length; w++) {
    if (areSent && w > 0) reader.expect(COMMA)
    const state = states[w] as { resetAt: number }
    state.resetAt = areSent ? reader.number() : epochEnd(windows[w] as Window, now)
    if (state.resetAt <= now) throw malformed()
  }
}

function epochEnd(window: Window, now: number): number {
  if (window.anchor !== 'epoch') throw malformed()
  return now - (now % window.windowMs) + window.windowMs
}

function adjustReply(reader: Reader, { windows, token }: Adjustment, now: number): AdjustReply {
  // A first result is told as it was, also to an adjustment that names other windows.
  const repeated = reader.skip(EQUALS)
  if (repeated && token === undefined) throw malformed()
  const results: (Adjusted | 'ended')[] = []
  do results.push(adjusted(reader))
  while (reader.skip(COMMA))
  if (!repeated && results.length !== windows.length) throw malformed()
  return { now, repeated, windows: results }
}

function adjusted(reader: Reader): Adjusted | 'ended' {
  if (reader.skip(LETTER_X)) return 'ended'
  const applied = reader.skip(MINUS) ? -reader.number() : reader.number()
  reader.expect(COLON)
  return { applied, used: reader.number() }
}

function failure(code: number): StoreError {
  const message = FAILURES[code - 1]
  if (message === undefined) throw malformed()
  return new StoreError(message, { outcome: 'not-executed' })
}

function malformed(): StoreError {
  return new StoreError('the script sent a malformed reply', { outcome: 'unknown' })
}

const [SPACE, EXCLAMATION, STAR, COMMA, MINUS] = [0x20, 0x21, 0x2a, 0x2c, 0x2d]
const [ZERO, COLON, EQUALS, AT, LETTER_C, LETTER_O, LETTER_R, LETTER_X] = [
  0x30, 0x3a, 0x3d, 0x40, 0x63, 0x6f, 0x72, 0x78,
]

/** Goes through the text once. Every step throws upon what it does not expect. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** `rSECONDS:MICROSECONDS` as milliseconds. */
  clock(): number {
    this.expect(LETTER_R)
    const seconds = this.number()
    this.expect(COLON)
    const micros = this.number()
    const now = seconds * 1000 + Math.floor(micros / 1000)
    if (micros > 999_999 || !Number.isSafeInteger(now)) throw malformed()
    return now
  }

  /** An integer from 0 to 2^53-1 in decimal digits, without zeros before it. */
  number(): number {
    const start = this.#at
    let value = 0
    for (; ; this.#at++) {
      const digit = this.#text.charCodeAt(this.#at) - ZERO
      // NaN at the end.
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
    }
    const length = this.#at - start
    if (length === 0 || value > Number.MAX_SAFE_INTEGER) throw malformed()
    if (length > 1 && this.#text.charCodeAt(start) === ZERO) throw malformed()
    return value
  }

  /** Whether this character comes next; then it is read. */
  skip(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at++
    return true
  }

  expect(code: number): void {
    if (!this.skip(code)) throw malformed()
  }

  end(): void {
    if (this.#at !== this.#text.length) throw malformed()
  }
}
