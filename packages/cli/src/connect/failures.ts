import { toStoreError } from '@rl/redis-script'
import { Failure } from '../failure.ts'
import type { Target } from './target.ts'

const LATER = 'Try again in a moment.'
const FULL = 'The server takes no writes: see maxmemory and the last save in INFO.'

/** By the code of Redis, or of the system. */
const CURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: start the server, or correct $URL.',
  ENOTFOUND: 'There is no such host: correct $URL.',
  EAI_AGAIN: 'The name of the host could not be looked up: check the network, or correct $URL.',
  ECONNRESET: 'The server ended the connection: $URL needs rediss:// if it speaks TLS, redis:// if it does not.',
  WRONGPASS: 'Correct the $SECRET.',
  NOAUTH: 'Correct the $SECRET.',
  NOPERM:
    'Let its user run +eval +time +get, for top +scan and +mget, for reset +mget +set +del, in a Cluster +cluster|slots.',
  MOVED: 'It is part of a Cluster: add --cluster.',
  ASK: LATER,
  TRYAGAIN: LATER,
  LOADING: LATER,
  CLUSTERDOWN: LATER,
  MASTERDOWN: LATER,
  BUSY: 'A script runs there for long: try again, or see SCRIPT KILL.',
  READONLY: 'It is a replica: name the master in $URL.',
  OOM: FULL,
  MISCONF: FULL,
  NOREPLICAS: FULL,
}

function cureOf({ kind, name }: Target, code: string): string {
  if (kind === 'upstash' && code === 'NOPERM') return 'Take the token that may write.'
  if (name.startsWith('Redis Cluster') && code === 'ECONNREFUSED')
    return 'One of its nodes does not listen: see CLUSTER NODES.'
  if (/CERT|SIGNATURE/.test(code)) return 'Its certificate is not trusted: name that of your CA in NODE_EXTRA_CA_CERTS.'
  return CURES[code] ?? 'See that the server runs, can be reached from here, and is the one in $URL.'
}

/**
 * The words for a server's or a client's error: their own messages are never shown, as they may hold commands, keys and
 * credentials.
 *
 * @param lastError Why the client has no connection, if it said so.
 */
function serverFailure(target: Target, error: unknown, lastError?: unknown): Failure {
  if (error instanceof Failure) return error
  const { message } = toStoreError(error, true, lastError)
  const [, code = ''] = /\b([A-Z][A-Z0-9_]{2,})\)?$/.exec(message) ?? []
  const [url, secret] =
    target.kind === 'redis'
      ? ['REDIS_URL', 'user and password in REDIS_URL']
      : ['UPSTASH_REDIS_REST_URL', 'token in UPSTASH_REDIS_REST_TOKEN']
  const cure = cureOf(target, code).replace('$URL', url).replace('$SECRET', secret)
  return new Failure(`${target.name}: ${message}. ${cure}`)
}

/** Waits for the answers of one server, and counts the commands. */
export class Answers {
  /** Commands that the server has run by now, besides the greeting. */
  commands = 0
  /** Why the client has no connection: errors of calls often say only that it is closed. */
  lastError: unknown
  readonly #target: Target
  readonly #timeoutMs: number

  constructor(target: Target, timeoutMs: number) {
    this.#target = target
    this.#timeoutMs = timeoutMs
  }

  /**
   * A server that accepts connections and never answers would keep a client waiting for good.
   *
   * @throws {Failure}
   */
  async wait<T>(commands: number, reply: Promise<T>): Promise<T> {
    this.commands += commands
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.lastError ?? this.#late()), this.#timeoutMs)
    })
    try {
      return await Promise.race([reply, late])
    } catch (error) {
      throw serverFailure(this.#target, error, this.lastError)
    } finally {
      clearTimeout(timer)
    }
  }

  #late(): Failure {
    const { name, url } = this.#target
    const tls = url.startsWith('rediss:') ? ', speaks TLS' : ''
    const seconds = `${this.#timeoutMs / 1000} s (--timeout)`
    return new Failure(`${name}: no answer within ${seconds}. See that it runs${tls} and can be reached from here.`)
  }
}
