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
 * @example const answers = decode(operations, await redis.eval(text, command.keys.length, ...command.keys, ...command.args))
 */
export function decode(operations: readonly Operation[], raw: unknown): (Reply | Error)[] {
  if (typeof raw !== 'string') throw malformed()
  text = raw
  at = 0
  const now = clock()
  const replies = new Array<Reply | Error>(operations.length)
  for (let i = 0; i < operations.length; i++) {
    expect(' ')
    replies[i] = skip('!') ? failure(number()) : answer(operations[i] as Operation, now)
  }
  if (at !== text.length) throw malformed()
  return replies
}

function answer(operation: Operation, now: number): Reply {
  if (operation.kind === 'take') return takeReply(operation, now)
  if (operation.kind === 'adjust') return adjustReply(operation, now)
  expect('c')
  return { now }
}

function takeReply({ windows, times }: Take, now: number): Reply {
  if (skip('o')) return { outside: true, now }
  let timesTaken = times
  let used = number()
  if (skip('*')) {
    timesTaken = used
    if (timesTaken >= times) throw malformed()
    used = number()
  }
  const states = new Array<CounterState>(windows.length)
  for (let w = 0; w < windows.length; w++) {
    if (w > 0) {
      expect(',')
      used = number()
    }
    const generation = skip(':') ? number() : 0
    states[w] = { used, resetAt: 0, generation }
  }
  readEnds(windows, now, states)
  return { timesTaken, now, windows: states }
}

/** Sent for all windows or for none: the ends of epoch windows follow from the clock. */
function readEnds(windows: readonly Window[], now: number, states: { resetAt: number }[]): void {
  const areSent = skip('@')
  for (let w = 0; w < windows.length; w++) {
    if (areSent && w > 0) expect(',')
    const state = states[w] as { resetAt: number }
    state.resetAt = areSent ? number() : epochEnd(windows[w] as Window, now)
    if (state.resetAt <= now) throw malformed()
  }
}

function epochEnd(window: Window, now: number): number {
  if (window.anchor !== 'epoch') throw malformed()
  return now - (now % window.windowMs) + window.windowMs
}

function adjustReply({ windows, token }: Adjustment, now: number): AdjustReply {
  // A first result is told as it was, also to an adjustment that names other windows.
  const repeated = skip('=')
  const results: (Adjusted | 'ended')[] = []
  do results.push(adjusted())
  while (skip(','))
  if (repeated ? token === undefined : results.length !== windows.length) throw malformed()
  return { now, repeated, windows: results }
}

function adjusted(): Adjusted | 'ended' {
  if (skip('x')) return 'ended'
  const applied = skip('-') ? -number() : number()
  expect(':')
  return { applied, used: number() }
}

function failure(code: number): StoreError {
  const message = FAILURES[code - 1]
  if (message === undefined) throw malformed()
  return new StoreError(message, { outcome: 'not-executed' })
}

function malformed(): StoreError {
  return new StoreError('the script sent a malformed reply', { outcome: 'unknown' })
}

/** The reply that is being read, and how far. Every step throws upon what it does not expect. */
let text = ''
let at = 0

/** `rSECONDS:MICROSECONDS` as milliseconds. */
function clock(): number {
  expect('r')
  const seconds = number()
  expect(':')
  const micros = number()
  const now = seconds * 1000 + Math.floor(micros / 1000)
  if (micros > 999_999 || !Number.isSafeInteger(now)) throw malformed()
  return now
}

/** An integer from 0 to 2^53-1 in decimal digits, without zeros before it. */
function number(): number {
  const start = at
  let value = 0
  for (; ; at++) {
    // NaN at the end.
    const digit = text.charCodeAt(at) - 48
    if (!(digit >= 0 && digit <= 9)) break
    value = value * 10 + digit
  }
  if (at === start || value > Number.MAX_SAFE_INTEGER || (text[start] === '0' && at > start + 1)) throw malformed()
  return value
}

/** Whether this character comes next; then it is read. */
function skip(character: string): boolean {
  if (text[at] !== character) return false
  at++
  return true
}

function expect(character: string): void {
  if (!skip(character)) throw malformed()
}
