import { createHash } from 'node:crypto'
import { type RawReply, ReplyError } from '../resp/resp.ts'
import { type Command, upper } from './request.ts'

/** The flag that Upstash knows and Redis refuses. */
const UPSTASH_FLAG = 'allow-key-locking'

/** A command as Redis gets it, and the way back for its reply. */
export interface Translated {
  command: Command
  restore(reply: RawReply): RawReply
}

/**
 * Lets scripts that carry Upstash's own flag run on Redis. Redis gets the script without the flag, which has another
 * SHA-1; callers keep using the SHA-1 of the text they sent. Whether a script is loaded is for Redis alone to say, so a
 * SCRIPT FLUSH that went around this server counts too.
 */
export class ScriptTranslator {
  /** SHA-1 of each flagged text that passed by, to the SHA-1 of the text Redis got for it. */
  readonly #redisSha = new Map<string, string>()

  /** Rewrites a scripting command; any other comes back as it is. */
  translate(command: Command): Translated {
    const [name, first, ...rest] = command
    switch (upper(name)) {
      case 'EVAL':
      case 'EVAL_RO':
        return first === undefined ? unchanged(command) : this.#withText([name], first, rest)
      case 'EVALSHA':
      case 'EVALSHA_RO':
        return first === undefined ? unchanged(command) : this.#withShas([name], [first], rest)
      case 'SCRIPT':
        return first === undefined ? unchanged(command) : this.#script(command, name, first, rest)
      default:
        return unchanged(command)
    }
  }

  #script(command: Command, name: Buffer, subcommand: Buffer, args: readonly Buffer[]): Translated {
    const [text, ...rest] = args
    if (upper(subcommand) === 'EXISTS') return this.#withShas([name, subcommand], args, [])
    if (upper(subcommand) === 'LOAD' && text !== undefined) return this.#withText([name, subcommand], text, rest)
    return unchanged(command)
  }

  #withText(before: Command, text: Buffer, after: readonly Buffer[]): Translated {
    const sha = sha1(text)
    const redisText = withoutUpstashFlag(text, sha)
    if (redisText === undefined) return unchanged([...before, text, ...after])
    const redisSha = sha1(redisText)
    this.#redisSha.set(sha, redisSha)
    return { command: [...before, redisText, ...after], restore: (reply) => renameSha(reply, redisSha, sha) }
  }

  #withShas(before: Command, shas: readonly Buffer[], after: readonly Buffer[]): Translated {
    const redisShas = shas.map((sha) => this.#redisSha.get(sha.toString('latin1').toLowerCase()))
    const command: Command = [...before, ...shas.map((sha, i) => toBuffer(redisShas[i]) ?? sha), ...after]
    return {
      command,
      restore: (reply) =>
        redisShas.reduce(
          (renamed, redisSha, i) => (redisSha === undefined ? renamed : renameSha(renamed, redisSha, String(shas[i]))),
          reply,
        ),
    }
  }
}

/**
 * The script as Redis takes it, or undefined when it does not carry the flag. It keeps its number of lines up to the
 * end, so that line numbers in errors stay right.
 */
function withoutUpstashFlag(text: Buffer, sha: string): Buffer | undefined {
  const newline = text.indexOf('\n')
  const lineEnd = newline === -1 ? text.length : newline
  const [engine, ...options] = text.toString('latin1', 0, lineEnd).trim().split(/\s+/)
  if (engine === undefined || !engine.startsWith('#!')) return undefined
  const kept = options.map(withoutFlag).filter((option) => option !== 'flags=')
  if (kept.join(' ') === options.join(' ')) return undefined
  const shebang = kept.length === 0 ? '' : [engine, ...kept].join(' ')
  // The comment gives every original a text, and so a SHA-1, that no other script has.
  return Buffer.concat([Buffer.from(shebang, 'latin1'), text.subarray(lineEnd), Buffer.from(`\n-- ${sha}`)])
}

function withoutFlag(option: string): string {
  if (!option.startsWith('flags=')) return option
  const flags = option.slice('flags='.length).split(',')
  return `flags=${flags.filter((flag) => flag !== UPSTASH_FLAG).join(',')}`
}

function renameSha(reply: RawReply, from: string, to: string): RawReply {
  if (reply instanceof ReplyError) return new ReplyError(reply.message.replaceAll(from, to))
  return Buffer.isBuffer(reply) && reply.toString('latin1') === from ? Buffer.from(to) : reply
}

function unchanged(command: Command): Translated {
  return { command, restore: (reply) => reply }
}

function toBuffer(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text)
}

function sha1(text: Buffer): string {
  return createHash('sha1').update(text).digest('hex')
}
