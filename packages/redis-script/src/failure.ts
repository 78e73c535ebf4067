import { StoreError } from '@rl/core'

/** Replies with which a server refuses a script before running it. Source: the error codes in Redis 7's `server.c`. */
const REFUSALS =
  /^(NOSCRIPT|MOVED|ASK|TRYAGAIN|CLUSTERDOWN|LOADING|READONLY|OOM|NOREPLICAS|NOPERM|NOAUTH|WRONGPASS|CROSSSLOT|BUSY|MASTERDOWN|MISCONF)$/

/** Those with which a server refuses the first write of a script. It refuses no later one: nothing changes within a script. */
const REFUSED_WRITES = /^(READONLY|OOM|NOREPLICAS|MISCONF)$/

/** Those that may be over soon: a server that starts, slots that move, a Cluster that elects. */
const TRANSIENT = /^(TRYAGAIN|CLUSTERDOWN|LOADING)$/

/** Those that may be over once the client knows its Cluster again. A client of one server does not look elsewhere. */
const ELSEWHERE = /^(MOVED|ASK)$/

/**
 * REST clients put a name, `Command failed` or `Command 1 [ evalsha ] failed` and a colon before a Redis error; Redis 6.2 has
 * something before the error of a command inside a script. Behind anything else, such as what a gateway says, a code proves
 * nothing.
 */
const CODE =
  /^(?:\w*Error: |Command (?:\d+ \[ \w+ \] )?failed: )?(?:ERR Error running script \(call to f_\w+\): (?:@user_script: ?\d+: )+-?)?([A-Z]+)(?:\s|$)/

/** The code of a refusal, if the message proves that the script wrote nothing. */
function refusalOf(message: string): string | undefined {
  const code = CODE.exec(message)?.[1] ?? ''
  return (message.includes('@user_script') ? REFUSED_WRITES : REFUSALS).test(code) ? code : undefined
}

export function isNoScript(error: unknown): boolean {
  return error instanceof Error && refusalOf(tellable(error)) === 'NOSCRIPT'
}

/**
 * A client's error as a `StoreError`, without the command and its keys: clients add them to the error (ioredis) or to its
 * message (@upstash/redis), servers and gateways may quote them, and keys hold identifiers. Without credentials, too.
 *
 * @param lastError Why the client lost its connection, if it said so: the error itself often does not.
 * @example console.log(toStoreError(new Error('READONLY You can not write'), false).message) // prints Redis refused: READONLY
 */
export function toStoreError(error: unknown, cluster: boolean, lastError?: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? tellable(error) : 'not an error'
  const refusal = refusalOf(message)
  if (refusal !== undefined) {
    const transient = TRANSIENT.test(refusal) || (cluster && ELSEWHERE.test(refusal))
    return new StoreError(`Redis refused: ${refusal}`, { outcome: 'not-executed', transient, cause: cleanCause(error) })
  }
  const code = redisCodeOf(message)
  if (code !== undefined) {
    const cause = cleanCause(error)
    return new StoreError(`Redis answered with an error: ${code}`, { outcome: 'unknown', cause })
  }
  const own = reasonOf(error)
  const text = withReason('Redis did not answer', own ?? reasonOf(lastError))
  return new StoreError(text, {
    outcome: 'unknown',
    cause: cleanCause(error, own === undefined ? lastError : undefined),
  })
}

/** `'Redis did not answer (ECONNREFUSED)'` */
export function withReason(text: string, reason: string | undefined): string {
  return reason === undefined ? text : `${text} (${reason})`
}

/**
 * Why a connection failed, in one word: a code of the system or of TLS (`ECONNREFUSED`), of Redis (`WRONGPASS`), or
 * `TimeoutError`. A failed `fetch` says it in its cause, a Cluster of ioredis in `lastNodeError`.
 */
export function reasonOf(error: unknown): string | undefined {
  for (let part = error, depth = 0; part instanceof Error && depth < 4; depth++) {
    const { cause, lastNodeError } = part as { readonly cause?: unknown; readonly lastNodeError?: unknown }
    const reason = codeOf(part) ?? redisCodeOf(tellable(part))
    if (reason !== undefined) return reason
    if (part.name === 'TimeoutError') return part.name
    part = cause ?? lastNodeError
  }
  return undefined
}

function redisCodeOf(message: string): string | undefined {
  return /^[A-Z][A-Z0-9]+(?= )/.exec(message)?.[0]
}

/**
 * An error without what may hold keys: its name, its message and its code.
 *
 * @example console.log('command' in cleanCause(Object.assign(new Error('failed'), { command: 'GET user_123' }))) // prints false
 */
export function cleanCause(error: unknown, lastError?: unknown): Error {
  if (!(error instanceof Error)) return new Error('not an error')
  const cause = new Error(tellable(error), lastError === undefined ? undefined : { cause: cleanCause(lastError) })
  cause.name = error.name
  const code = codeOf(error) ?? codeOf(error.cause)
  return code === undefined ? cause : Object.assign(cause, { code })
}

/** Numbers are codes of a `DOMException`. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Their messages quote what could not be parsed: say, a gateway's page that repeats the request, keys and token included. */
const PARSE_ERRORS: readonly string[] = ['SyntaxError', 'UpstashJSONParseError']

/** The part of an error's message that may be shown. */
function tellable({ name, message }: Error): string {
  if (PARSE_ERRORS.includes(name)) return 'the answer is not JSON'
  const withoutSecrets = message
    .replace(/,? command was:.*$/is, '')
    .replace(/\bBearer\s.*$/is, 'Bearer …')
    .replace(/\/\/[^\s/]*@/g, '//…@')
  // Every key has braces and no spaces.
  return withoutSecrets.replace(/\S+/g, (word) => (/[{}]/.test(word) ? '…' : word))
}
