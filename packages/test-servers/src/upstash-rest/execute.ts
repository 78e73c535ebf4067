import type { Connection } from '../resp/connection.ts'
import { isArray, type RawReply, ReplyError } from '../resp/resp.ts'
import { refusedToReader, unavailable } from './permissions.ts'
import { commandResponse, commandsResponse, type HttpResponse, type ReplyFormat } from './reply.ts'
import type { Command, RestRequest } from './request.ts'
import { RestError } from './rest-error.ts'
import { scanWithType } from './scan-with-type.ts'
import type { ScriptTranslator, Translated } from './scripts.ts'
import { upstashTurn } from './upstash-turns.ts'

/** The context of a request. */
export interface Executor {
  connection: Connection
  scripts: ScriptTranslator
}

/** The caller, and the format of the answer. */
export interface RequestContext {
  mayWrite: boolean
  format: ReplyFormat
}

/** Runs a request's commands on Redis and makes the response. Rejects with RestError or ConnectionError. */
export async function execute(
  executor: Executor,
  request: RestRequest,
  { mayWrite, format }: RequestContext,
): Promise<HttpResponse> {
  const refusals = await Promise.all(request.commands.map((command) => refusal(executor, command, mayWrite)))
  switch (request.kind) {
    case 'command': {
      const [reply = null] = await runEach(executor, request.commands, refusals)
      return commandResponse(reply, format)
    }
    case 'pipeline':
      return commandsResponse(await runEach(executor, request.commands, refusals), format)
    case 'multi-exec':
      if (format === 'resp2') throw new RestError(400, 'ERR /multi-exec answers in JSON only')
      return commandsResponse(await runTransaction(executor, request.commands, refusals), format)
  }
}

async function refusal({ connection }: Executor, command: Command, mayWrite: boolean): Promise<ReplyError | undefined> {
  return unavailable(command) ?? (mayWrite ? undefined : await refusedToReader(connection, command))
}

/** One reply or error for each command, in its place; a refused command is not sent. */
async function runEach(
  { connection, scripts }: Executor,
  commands: readonly Command[],
  refusals: readonly (ReplyError | undefined)[],
): Promise<readonly RawReply[]> {
  const sent = commands
    .filter((_, index) => refusals[index] === undefined)
    .map((command) => translate(scripts, command))
  const replies = restoreAll(sent, await connection.call(sent.map(({ command }) => command)))[Symbol.iterator]()
  return refusals.map((error) => error ?? replies.next().value ?? null)
}

/** All commands as one transaction: their replies, or a RestError when it was discarded as a whole. */
async function runTransaction(
  { connection, scripts }: Executor,
  commands: readonly Command[],
  refusals: readonly (ReplyError | undefined)[],
): Promise<readonly RawReply[]> {
  const refused = refusals.find((error) => error !== undefined)
  if (refused !== undefined) throw new RestError(400, refused.message)
  const sent = commands.map((command) => translate(scripts, command))
  const replies = await connection.call([['MULTI'], ...sent.map(({ command }) => command), ['EXEC']])
  const result = replies.at(-1) ?? null
  if (isArray(result)) return restoreAll(sent, result)
  const reason = replies.find((reply) => reply instanceof ReplyError)
  throw new RestError(400, reason?.message ?? 'EXECABORT Transaction discarded')
}

/** A command as Redis gets it: Upstash's own forms in Redis' words. */
function translate(scripts: ScriptTranslator, command: Command): Translated {
  return scripts.translate(scanWithType(command) ?? upstashTurn(command) ?? command)
}

function restoreAll(sent: readonly Translated[], replies: readonly RawReply[]): readonly RawReply[] {
  return sent.map(({ restore }, index) => restore(replies[index] ?? null))
}
