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

/** What is called of a Node socket. */
export interface Connection {
  readonly bytesRead?: number
  destroy(error?: Error): unknown
}

/** What is looked at of a `Redis`. */
interface Connected {
  readonly isCluster: boolean
  readonly status?: string
  readonly stream?: Connection | undefined
  readonly options?: {
    readonly maxRetriesPerRequest?: unknown
    readonly socketTimeout?: unknown
    readonly autoResendUnfulfilledCommands?: unknown
  }
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

/** Ends a connection that owes a reply. */
export class ReplyTimeout {
  readonly #redis: Connected
  readonly #ms: number
  #owed = 0
  /** The client gave up waiting for a reply, as by its `commandTimeout`, and the connection owes it still. */
  #late = false
  /** When and on which connection the last reply came, or the first of those owed was asked for. */
  #since = 0
  #stream: Connection | undefined
  #bytesRead: number | undefined
  #ticking = false

  constructor(redis: Connected, ms: number) {
    this.#redis = redis
    this.#ms = ms
  }

  /** The reply to a command that has been written to the connection. */
  watch(reply: Promise<unknown>): void {
    if (this.#owesNothing() || this.#redis.stream !== this.#stream) this.#restart()
    this.#owed++
    if (!this.#ticking) this.#tick(this.#ms)
    reply.then(this.#settled, this.#rejected)
  }

  /** Called now and then while the client greets a server that it connected to: one that says nothing is no better. */
  greeting(): void {
    this.#endIfOverdue()
  }

  readonly #settled = (): void => {
    this.#pay()
    this.#restart()
  }

  readonly #rejected = (error: unknown): void => {
    const { status, stream } = this.#redis
    const isReply = error instanceof Error && error.name === 'ReplyError'
    if (isReply || status !== 'ready' || stream !== this.#stream) return this.#settled()
    this.#pay()
    this.#late = true
    this.#bytesRead = stream?.bytesRead
  }

  #pay(): void {
    if (this.#owed > 0) this.#owed--
  }

  #owesNothing(): boolean {
    return this.#owed === 0 && !this.#late
  }

  #restart(): void {
    const { stream, options } = this.#redis
    // Then what a lost connection owed is not asked for again, and never settles.
    if (stream !== this.#stream && options?.autoResendUnfulfilledCommands === false) this.#owed = 0
    this.#late = false
    this.#since = performance.now()
    this.#stream = stream
  }

  #tick(ms: number): void {
    this.#ticking = true
    // After a stall of the whole process the reply may lie in the socket already: it gets one more turn.
    setTimeout(() => setImmediate(this.#look), ms).unref()
  }

  readonly #look = (): void => {
    this.#ticking = false
    if (this.#owesNothing()) return
    this.#endIfOverdue()
    this.#tick(this.#left())
  }

  #endIfOverdue(): void {
    const { stream, status } = this.#redis
    // What a server says before the client is ready are no replies of ours, and a late reply settles nothing any more. On a
    // new connection everything begins anew.
    const bytesRead = status === 'ready' && !this.#late ? this.#bytesRead : stream?.bytesRead
    const alive = stream !== this.#stream || bytesRead !== this.#bytesRead
    this.#bytesRead = bytesRead
    if (!alive && this.#left() <= 0) stream?.destroy(new Error(`no reply within ${this.#ms} ms`))
    if (alive || this.#left() <= 0) this.#restart()
  }

  #left(): number {
    return this.#since + this.#ms - performance.now()
  }
}
