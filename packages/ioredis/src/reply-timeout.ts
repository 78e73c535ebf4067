import { OptionError } from '@rl/core'

/** Options of a store over an ioredis `Redis`. */
export interface ReplyTimeoutOptions {
  /**
   * Ends the connection when no reply came on it for so long though one was due, and ioredis connects again: a half-open
   * connection would last for minutes. Milliseconds, an integer from 1 to 2 147 483 647, or `false` to leave it to others.
   * Keep it below the limiter's `deadlineMs`, so that calls succeed again within one deadline.
   *
   * Like ioredis's own `socketTimeout`, but by one timer for all commands rather than one for each. Of no use with blocking
   * commands such as BLPOP on the same client: give those a client of their own. Not for a Cluster, where `socketTimeout`
   * in `redisOptions` does it.
   *
   * Default: 700 if the client sends no command again (`maxRetriesPerRequest: 0`, as in the recommended options) and has
   * no `socketTimeout` of its own, else `false`.
   *
   * @example new IoredisStore(redis, { replyTimeoutMs: 300 })
   */
  readonly replyTimeoutMs?: number | false | undefined
}

/** What is used of a Node socket. */
export interface Connection {
  readonly bytesRead?: number
  destroy(error?: Error): unknown
}

/** What is looked at of a `Redis`. */
interface Connected {
  readonly isCluster: boolean
  readonly stream?: Connection | undefined
  readonly options?: { readonly maxRetriesPerRequest?: unknown; readonly socketTimeout?: unknown }
}

const DEFAULT_MS = 700
const MAX_MS = 2 ** 31 - 1

/**
 * How long a reply may be overdue on this client; undefined if for ever.
 *
 * @throws {OptionError} for a bad value, and for any but `false` with a Cluster.
 */
export function replyTimeoutOf(
  { isCluster, options }: Connected,
  given: ReplyTimeoutOptions['replyTimeoutMs'],
): number | undefined {
  if (given === undefined) {
    const ours = !isCluster && options?.maxRetriesPerRequest === 0 && options.socketTimeout === undefined
    return ours ? DEFAULT_MS : undefined
  }
  if (given === false) return undefined
  if (!Number.isInteger(given) || given < 1 || given > MAX_MS) {
    throw new OptionError('replyTimeoutMs', `an integer from 1 to ${MAX_MS}, or false`, String(given))
  }
  if (isCluster) {
    throw new OptionError(
      'replyTimeoutMs',
      'left out with a Cluster, whose redisOptions take socketTimeout',
      String(given),
    )
  }
  return given
}

/** So often within the time it looks whether anything came. */
const LOOKS = 8

/**
 * Ends a connection on which nothing came for so long after something was written to it. Looks at what the socket has read
 * now and then, as a timer or a listener for each command would cost more than the rest of a call.
 */
export class ReplyTimeout {
  readonly #redis: Connected
  readonly #ms: number
  #stream: Connection | undefined
  #bytesRead: number | undefined
  /** When the first command was written after what was last seen to come; undefined if none was. */
  #owedSince: number | undefined

  constructor(redis: Connected, ms: number) {
    this.#redis = redis
    this.#ms = ms
  }

  /** Something is being written to the connection, be it by the client as it greets the server. */
  expectReply(): void {
    if (this.#owedSince !== undefined) return
    this.#owedSince = performance.now()
    this.#hasRead()
    this.#wait()
  }

  #wait(): void {
    // After a stall of the whole process the reply may lie in the socket already: it gets one more turn.
    setTimeout(() => setImmediate(this.#look), this.#ms / LOOKS).unref()
  }

  readonly #look = (): void => {
    const { stream } = this.#redis
    const hasRead = this.#hasRead()
    const overdue = performance.now() - (this.#owedSince ?? 0) >= this.#ms
    if (!hasRead && overdue) stream?.destroy(new Error(`no reply within ${this.#ms} ms`))
    if (hasRead || overdue) this.#owedSince = undefined
    else this.#wait()
  }

  /** Whether anything came since the last look, or the connection is another one. */
  #hasRead(): boolean {
    const { stream } = this.#redis
    const bytesRead = stream?.bytesRead
    const hasRead = stream !== this.#stream || bytesRead === undefined || bytesRead !== this.#bytesRead
    this.#stream = stream
    this.#bytesRead = bytesRead
    return hasRead
  }
}
