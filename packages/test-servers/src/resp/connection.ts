import { connect, type Socket } from 'node:net'
import { encodeCommand, type RawReply, type RespArgument, RespParser } from './resp.ts'

/** Where a Redis listens, and what a connection says first. */
export interface ConnectionTarget {
  host: string
  port: number
  /** Commands sent ahead of everything else on a new connection, such as AUTH and SELECT. */
  greeting?: readonly (readonly RespArgument[])[]
}

/** The connection could not be made, or broke before the reply came: whether the command ran is unknown. */
export class ConnectionError extends Error {
  override name = 'ConnectionError'
}

interface Waiting {
  count: number
  replies: RawReply[]
  resolve(replies: readonly RawReply[]): void
  reject(error: Error): void
}

/**
 * One RESP2 connection with pipelining. It connects on the first call, and again on the first call after it broke;
 * nothing is ever sent twice.
 *
 * @example
 * const connection = new Connection({ host: '127.0.0.1', port: 6379 })
 * const [reply] = await connection.call([['GET', 'key']])
 * connection.close()
 */
export class Connection {
  readonly #target: ConnectionTarget
  #link: Link | undefined

  constructor(target: ConnectionTarget) {
    this.#target = target
  }

  /**
   * Sends commands back to back, in one write, and resolves with one reply for each, in order. An error reply is a
   * `ReplyError` in its place. No other call's command comes between them.
   *
   * Rejects with {@link ConnectionError} when the connection cannot be made, breaks, or is refused in its greeting.
   */
  call(commands: readonly (readonly RespArgument[])[]): Promise<readonly RawReply[]> {
    if (this.#link === undefined || this.#link.broken) this.#link = new Link(this.#target)
    return this.#link.call(commands)
  }

  /** Keeps the process from ending while it is open, as it does at first. */
  ref(): void {
    this.#link?.ref()
  }

  /** Lets the process end while it is open. */
  unref(): void {
    this.#link?.unref()
  }

  /** Closes the connection; calls under way reject. */
  close(): void {
    this.#link?.break('The connection was closed')
    this.#link = undefined
  }
}

/** One socket, from connecting to its end. */
class Link {
  readonly #socket: Socket
  readonly #parser = new RespParser()
  readonly #waiting: Waiting[] = []
  /** Data that waits for the greeting to be accepted; undefined from then on. */
  #held: Buffer[] | undefined
  broken = false

  constructor(target: ConnectionTarget) {
    this.#socket = connect({ host: target.host, port: target.port, noDelay: true })
    this.#socket.on('data', (chunk) => this.#receive(chunk))
    this.#socket.on('error', (error) => this.break(`Redis: ${error.message}`, error))
    this.#socket.on('close', () => this.break('Redis closed the connection'))
    if (target.greeting !== undefined && target.greeting.length > 0) this.#greet(target.greeting)
  }

  call(commands: readonly (readonly RespArgument[])[]): Promise<readonly RawReply[]> {
    if (commands.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.#waiting.push({ count: commands.length, replies: [], resolve, reject })
      const bytes = Buffer.concat(commands.map(encodeCommand))
      if (this.#held === undefined) this.#socket.write(bytes)
      else this.#held.push(bytes)
    })
  }

  ref(): void {
    this.#socket.ref()
  }

  unref(): void {
    this.#socket.unref()
  }

  break(reason: string, cause?: unknown): void {
    if (this.broken) return
    this.broken = true
    this.#socket.destroy()
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new ConnectionError(reason, { cause }))
  }

  /** Nothing else is sent until it is accepted: it would run as another user, or in another database. */
  #greet(greeting: readonly (readonly RespArgument[])[]): void {
    const resolve = (replies: readonly RawReply[]): void => {
      const refusal = replies.find((reply) => reply instanceof Error)
      if (refusal !== undefined) {
        this.break(`Redis refused the connection: ${refusal.message}`)
        return
      }
      const held = this.#held ?? []
      this.#held = undefined
      if (held.length > 0) this.#socket.write(Buffer.concat(held))
    }
    this.#waiting.push({ count: greeting.length, replies: [], resolve, reject: () => undefined })
    this.#held = []
    this.#socket.write(Buffer.concat(greeting.map(encodeCommand)))
  }

  #receive(chunk: Buffer): void {
    try {
      for (const reply of this.#parser.push(chunk)) this.#settle(reply)
    } catch (error) {
      this.break('Redis sent something that is not RESP2', error)
    }
  }

  #settle(reply: RawReply): void {
    const waiting = this.#waiting[0]
    if (waiting === undefined) return
    waiting.replies.push(reply)
    if (waiting.replies.length < waiting.count) return
    this.#waiting.shift()
    waiting.resolve(waiting.replies)
  }
}
