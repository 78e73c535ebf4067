import { OptionError } from '@rl/core'
import { describeValue } from '@rl/core/check'

/** Options of a store over an ioredis `Redis`. */
export interface ReplyTimeoutOptions {
  /**
   * Ends the connection when a reply is overdue by this time and nothing else came, and ioredis connects again: a half-open
   * connection would last for minutes. Milliseconds, an integer from 1 to 2 147 483 647, or `false` for never. Keep it below
   * the limiter's `deadlineMs`, so that calls succeed again within one deadline.
   *
   * Like ioredis's own `socketTimeout`, but with one timer for all commands rather than one for each. Blocking commands such
   * as BLPOP need another client. Not for a Cluster, where `socketTimeout` in `redisOptions` does the same.
   *
   * Default: 700 if the client sends no command again (`maxRetriesPerRequest: 0`, as in the recommended options) and has no
   * `socketTimeout`, else `false`.
   *
   * @example new IoredisStore(redis, { replyTimeoutMs: 300 })
   */
  readonly replyTimeoutMs?: number | false | undefined
}

/** The slice of a Node socket that is used. */
export interface Connection {
  readonly bytesRead?: number
  destroy(error?: Error): unknown
}

/** The slice of a `Redis` that is read. */
interface Connected {
  readonly isCluster: boolean
  readonly stream?: Connection | undefined
  readonly options?: { readonly maxRetriesPerRequest?: unknown; readonly socketTimeout?: unknown }
}

const DEFAULT_MS = 700
const MAX_MS = 2 ** 31 - 1

/**
 * Ends a connection on which a reply is overdue; undefined if nothing does.
 *
 * @throws {OptionError} for a bad value, and for any but `false` with a Cluster.
 */
export function replyTimeoutOf(
  redis: Connected,
  given: ReplyTimeoutOptions['replyTimeoutMs'],
): ReplyTimeout | undefined {
  const ms = given ?? defaultOf(redis)
  if (ms === false) return undefined
  if (!Number.isInteger(ms) || ms < 1 || ms > MAX_MS) {
    throw new OptionError('replyTimeoutMs', `an integer from 1 to ${MAX_MS}, or false`, describeValue(ms))
  }
  if (redis.isCluster) {
    throw new OptionError(
      'replyTimeoutMs',
      'left out with a Cluster, whose redisOptions take socketTimeout',
      describeValue(ms),
    )
  }
  return new ReplyTimeout(redis, ms)
}

function defaultOf({ isCluster, options }: Connected): number | false {
  return !isCluster && options?.maxRetriesPerRequest === 0 && options.socketTimeout === undefined && DEFAULT_MS
}

/** Checks of the connection within the time. */
const CHECKS = 8

/**
 * Ends a connection on which nothing came for a time after something was written to it. Checks from time to time what the
 * socket has read: a timer or a listener for each command would cost more than the rest of a call.
 */
export class ReplyTimeout {
  readonly #redis: Connected
  readonly #ms: number
  #stream: Connection | undefined
  #bytesRead: number | undefined
  /** When the first command was written that no reply is known to have come after; undefined if no reply is due. */
  #owedSince: number | undefined
  #isWaiting = false
  /** The reply to the command that was written last, on this connection. */
  #last: Promise<unknown> | undefined

  constructor(redis: Connected, ms: number) {
    this.#redis = redis
    this.#ms = ms
  }

  /** Something is being written to the connection, possibly the client's greeting. */
  expectReply(): void {
    const isWatched = this.#owedSince !== undefined
    // Replies that came since the last check are to earlier commands.
    if (!this.#hasRead() && isWatched) return
    this.#owedSince = performance.now()
    this.#wait()
  }

  /** A command was written. Its reply comes after those to all before it. */
  wrote(reply: Promise<unknown>): void {
    this.#last = reply
  }

  #wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    // After a stall of the whole process the reply may be in the socket already: read it first.
    setTimeout(() => setImmediate(this.#check), this.#ms / CHECKS).unref()
  }

  readonly #check = (): void => {
    this.#isWaiting = false
    if (this.#owedSince === undefined) return
    if (this.#hasRead()) return this.#watchLast()
    if (performance.now() - this.#owedSince < this.#ms) return this.#wait()
    this.#owedSince = undefined
    this.#redis.stream?.destroy(new Error(`no reply within ${this.#ms} ms`))
  }

  /** After something came, possibly the reply to an earlier command. A listener for each command would cost too much. */
  #watchLast(): void {
    this.#owedSince = undefined
    const last = this.#last
    if (last === undefined) return
    this.#owedSince = performance.now()
    this.#wait()
    let isEarly = true
    const settled = (): void => {
      if (isEarly && this.#last === last) this.#owedSince = undefined
    }
    last.then(settled, settled)
    // If it settles later, the next check sees whether anything came: ioredis's `commandTimeout` rejects without a reply.
    queueMicrotask(() => {
      isEarly = false
    })
  }

  /** Whether anything came since this was asked last, or the connection is another one. */
  #hasRead(): boolean {
    const { stream } = this.#redis
    const bytesRead = stream?.bytesRead
    const isNew = stream !== this.#stream
    if (isNew) this.#last = undefined // what was lost with a connection may never settle
    const hasRead = isNew || bytesRead === undefined || bytesRead !== this.#bytesRead
    this.#stream = stream
    this.#bytesRead = bytesRead
    return hasRead
  }
}
