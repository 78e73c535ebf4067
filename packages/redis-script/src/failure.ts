import { StoreError } from '@rl/core'

/** Replies with which a server refuses a script before running it. Source: the error codes in Redis 7's `server.c`. */
const REFUSALS = [
  'NOSCRIPT',
  'MOVED',
  'ASK',
  'TRYAGAIN',
  'CLUSTERDOWN',
  'LOADING',
  'READONLY',
  'OOM',
  'NOREPLICAS',
  'NOPERM',
  'NOAUTH',
  'BUSY',
  'MASTERDOWN',
  'MISCONF',
]

/** The code a Redis error begins with; REST clients put a name or a sentence before it. */
function hasCode(message: string, code: string): boolean {
  return new RegExp(`(^|\\s)${code}(\\s|$)`).test(message)
}

export function isNoScript(error: unknown): boolean {
  return error instanceof Error && hasCode(withoutCommand(error.message), 'NOSCRIPT')
}

/**
 * A client's error as a `StoreError`, without the command and its keys: clients add them to the error (ioredis) or to its
 * message (@upstash/redis), and keys hold identifiers.
 */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? withoutCommand(error.message) : 'not an error'
  const refusal = REFUSALS.find((code) => hasCode(message, code))
  const options = {
    outcome: refusal === undefined ? 'unknown' : 'not-executed',
    cause: cleanCause(error, message),
  } as const
  if (refusal !== undefined) return new StoreError(`Redis refused: ${refusal}`, options)
  const code = /^[A-Z][A-Z0-9]+(?= )/.exec(message)?.[0]
  return new StoreError(code === undefined ? 'Redis did not answer' : `Redis answered with an error: ${code}`, options)
}

function cleanCause(error: unknown, message: string): Error {
  const cause = new Error(message)
  if (!(error instanceof Error)) return cause
  cause.name = error.name
  // A failed `fetch` says why only in its own cause.
  const code = codeOf(error) ?? codeOf(error.cause)
  return code === undefined ? cause : Object.assign(cause, { code })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function withoutCommand(message: string): string {
  return message.replace(/,? command was:[\s\S]*$/i, '')
}
