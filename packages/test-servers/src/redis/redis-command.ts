import { Connection } from '../resp/connection.ts'
import { decodeText, ReplyError, type RespArgument, type RespValue } from '../resp/resp.ts'

/**
 * Runs one command on the Redis at 127.0.0.1:`port`, over its own connection, and resolves with the reply as text.
 * For administration, not for speed.
 *
 * Rejects with `ReplyError` on an error reply and with `ConnectionError` when nothing answers.
 *
 * @example await redisCommand(6379, ['CONFIG', 'GET', 'maxmemory']) // ['maxmemory', '0']
 */
export async function redisCommand(port: number, args: readonly RespArgument[]): Promise<RespValue> {
  const line = new CommandLine(port)
  try {
    return await line.run(args)
  } finally {
    line.close()
  }
}

/** Runs commands as {@link redisCommand} does, and keeps one connection for those to come. */
export class CommandLine {
  readonly #port: number
  #idle: Connection | undefined

  constructor(port: number) {
    this.#port = port
  }

  /** No other command uses the connection meanwhile. */
  async run(args: readonly RespArgument[]): Promise<RespValue> {
    const connection = this.#idle ?? new Connection({ host: '127.0.0.1', port: this.#port })
    this.#idle = undefined
    try {
      connection.ref()
      const [reply = null] = await connection.call([args])
      if (reply instanceof ReplyError) throw reply
      return decodeText(reply)
    } finally {
      connection.unref()
      this.close()
      this.#idle = connection
    }
  }

  /** Closes the connection that was kept, if one was. */
  close(): void {
    this.#idle?.close()
    this.#idle = undefined
  }
}
