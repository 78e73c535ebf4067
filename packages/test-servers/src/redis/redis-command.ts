import { Connection } from '../resp/connection.ts'
import { decodeText, ReplyError, type RespArgument, type RespValue } from '../resp/resp.ts'

/**
 * Runs one command on the Redis at 127.0.0.1:`port`, over a connection of its own, and resolves with the reply as text.
 * For administration, not for speed.
 *
 * Rejects with `ReplyError` on an error reply and with `ConnectionError` when nothing answers.
 *
 * @example await redisCommand(6379, ['CONFIG', 'GET', 'maxmemory']) // ['maxmemory', '0']
 */
export async function redisCommand(port: number, args: readonly RespArgument[]): Promise<RespValue> {
  const connection = new Connection({ host: '127.0.0.1', port })
  try {
    return await commandOver(connection, args)
  } finally {
    connection.close()
  }
}

/** The same over a connection that stays open. */
export async function commandOver(connection: Connection, args: readonly RespArgument[]): Promise<RespValue> {
  const [reply = null] = await connection.call([args])
  if (reply instanceof ReplyError) throw reply
  return decodeText(reply)
}
