import type { Connection } from '../resp/connection.ts'
import { decodeText, isArray, ReplyError, type RespValue } from '../resp/resp.ts'
import { type Command, upper } from './request.ts'

/** Commands that hold a connection, change its state or stop the server: they make no sense in one HTTP request. */
const UNAVAILABLE: ReadonlySet<string> = new Set(
  (
    'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR ' +
    'BLPOP BRPOP BRPOPLPUSH BLMOVE BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF ' +
    'MULTI EXEC DISCARD WATCH UNWATCH AUTH HELLO SELECT QUIT RESET CLIENT ASKING READONLY READWRITE ' +
    'SYNC PSYNC REPLCONF SHUTDOWN FAILOVER REPLICAOF SLAVEOF CLUSTER'
  ).split(' '),
)

/** Commands of a read-only token that Redis does not count among the reads. */
const ALLOWED_READS: ReadonlySet<string> = new Set(['PING', 'ECHO', 'TIME'])
/** Reads that walk the whole database. */
const DENIED_READS: ReadonlySet<string> = new Set(['SCAN', 'KEYS'])

/** The error for a command that the REST API does not offer, or undefined when it does. */
export function unavailable([name, ...args]: Command): ReplyError | undefined {
  const command = upper(name)
  const blocks = (command === 'XREAD' || command === 'XREADGROUP') && args.some((arg) => upper(arg) === 'BLOCK')
  if (!blocks && !UNAVAILABLE.has(command)) return undefined
  return new ReplyError(`ERR Command is not available: '${blocks ? `${command} BLOCK` : command}'`)
}

/**
 * The error for a command that a read-only token may not run, or undefined when it may. Which commands read is for
 * Redis to say.
 */
export async function refusedToReader(connection: Connection, command: Command): Promise<ReplyError | undefined> {
  const name = upper(command[0])
  if (ALLOWED_READS.has(name)) return undefined
  if (!DENIED_READS.has(name) && (await isRead(connection, command))) return undefined
  return new ReplyError(
    `NOPERM this user has no permissions to run the '${name.toLowerCase()}' command or its subcommand`,
  )
}

async function isRead(connection: Connection, [name, subcommand = Buffer.of()]: Command): Promise<boolean> {
  const withSubcommand = Buffer.concat([name, Buffer.from('|'), subcommand])
  const [reply = null] = await connection.call([['COMMAND', 'INFO', name, withSubcommand]])
  const descriptions = decodeText(reply)
  return isArray(descriptions) && descriptions.some((description) => flagsOf(description).includes('readonly'))
}

/** The flags in a command's description: an array of `[name, arity, flags, …]`, or null for an unknown command. */
function flagsOf(description: RespValue): readonly RespValue[] {
  const flags = isArray(description) ? (description[2] ?? null) : null
  return isArray(flags) ? flags : []
}
