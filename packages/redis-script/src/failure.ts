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
  'WRONGPASS',
  'CROSSSLOT',
  'BUSY',
  'MASTERDOWN',
  'MISCONF',
]

/** Those that may be over soon: a server that starts, slots that move, a Cluster that elects. */
const TRANSIENT = ['TRYAGAIN', 'CLUSTERDOWN', 'LOADING']

/** Those that may be over once the client knows its Cluster again. A client of one server does not look elsewhere. */
const ELSEWHERE = ['MOVED', 'ASK']

/**
 * The code a Redis error begins with. REST clients put before it a name, `Command failed` or `Command 1 [ evalsha ] failed`,
 * and a colon. Behind anything else, say what a gateway has to tell, it proves nothing.
 */
function hasCode(message: string, code: string): boolean {
  return new RegExp(`^(\\w*Error: |Command (\\d+ \\[ \\w+ \\] )?failed: )?${code}(\\s|$)`).test(message)
}

export function isNoScript(error: unknown): boolean {
  return error instanceof Error && hasCode(tellable(error), 'NOSCRIPT')
}

/**
 * A client's error as a `StoreError`, without the command and its keys: clients add them to the error (ioredis) or to its
 * message (@upstash/redis), servers and gateways may quote them, and keys hold identifiers. Without credentials, too.
 */
export function toStoreError(error: unknown, cluster: boolean): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? tellable(error) : 'not an error'
  const refusal = REFUSALS.find((code) => hasCode(message, code))
  const cause = cleanCause(error, message)
  if (refusal !== undefined) {
    const transient = TRANSIENT.includes(refusal) || (cluster && ELSEWHERE.includes(refusal))
    return new StoreError(`Redis refused: ${refusal}`, { outcome: 'not-executed', transient, cause })
  }
  const code = /^[A-Z][A-Z0-9]+(?= )/.exec(message)?.[0]
  const text = code === undefined ? 'Redis did not answer' : `Redis answered with an error: ${code}`
  return new StoreError(text, { outcome: 'unknown', cause })
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

/** Their messages quote what could not be parsed: say, a gateway's page that repeats the request, keys and token included. */
const PARSE_ERRORS: readonly string[] = ['SyntaxError', 'UpstashJSONParseError']

/** What of an error's message may be told. */
function tellable({ name, message }: Error): string {
  if (PARSE_ERRORS.includes(name)) return 'the answer is not JSON'
  const withoutSecrets = message
    .replace(/,? command was:.*$/is, '')
    .replace(/\bBearer\s.*$/is, 'Bearer …')
    .replace(/\/\/[^\s/]*@/g, '//…@')
  // Every key has braces and no spaces.
  return withoutSecrets.replace(/\S+/g, (word) => (/[{}]/.test(word) ? '…' : word))
}
