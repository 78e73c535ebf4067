import type { Take, TakeReply } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { encode, hashTags, REDIS_SCRIPT, redisKey } from '@rl/redis-script'

export interface WireBytes {
  readonly takes: number
  /** Of one EVALSHA, to the server. */
  readonly sent: number
  /** Of its reply. */
  readonly received: number
}

export interface WireSettings {
  readonly idBytes: number
  readonly windows: number
  readonly hashTags?: number
  /** Digits of the count in a reply. */
  readonly usedDigits: number
}

const NAME = 'api'
const NOW = 1_790_000_000_000

/** The server's clock at the head of a reply: ten digits, a colon, and usually six digits of microseconds. */
const CLOCK_LENGTH = '1790000000:123456'.length

/** Takes of different identifiers, all of this length. */
export function takesOf(count: number, { idBytes, windows: windowCount }: WireSettings): readonly Take[] {
  const windows = Array.from({ length: windowCount }, (_, i) => ({
    limit: 1_000_000,
    windowMs: 86_400_000 * (i + 1),
    anchor: 'epoch' as const,
  }))
  const costs = windows.map(() => 1)
  return Array.from({ length: count }, (_, i) => {
    const digits = String(i)
    const id = `${'u'.repeat(idBytes - digits.length)}${digits}`
    return { kind: 'take', scope: NAME, id, windows, costs, times: 1 }
  })
}

/** The command, as the adapters encode it. */
export function commandOf(takes: readonly Take[], tags?: number): readonly string[] {
  const tagOf = tags === undefined ? undefined : hashTags(tags)
  const { keys, args } = encode(
    takes,
    takes.map((take) => redisKey('rl:', counterKey(take), tagOf)),
  )
  return ['EVALSHA', REDIS_SCRIPT.sha, String(keys.length), ...keys, ...args]
}

/** Bytes of the command, as RESP writes it. */
export function sentBytes(takes: readonly Take[], tags?: number): number {
  const parts = commandOf(takes, tags)
  return parts.reduce((sum, part) => sum + bulk(part), `*${parts.length}\r\n`.length)
}

/** Bytes of the reply to takes that were all admitted, in epoch windows. */
export function receivedBytes(replies: readonly TakeReply[], clockLength: number = CLOCK_LENGTH): number {
  const answers = replies.map(({ windows }) => ` ${windows.map(({ used }) => used).join()}`)
  return bulk(`r${'0'.repeat(clockLength)}${answers.join('')}`)
}

/** By the codec that the adapters use. */
export function wireBytes(takes: number, settings: WireSettings): WireBytes {
  const used = 10 ** (settings.usedDigits - 1)
  const windows = Array.from({ length: settings.windows }, () => ({ used, resetAt: NOW, generation: 0 }))
  const replies = Array.from({ length: takes }, () => ({ timesTaken: 1, now: NOW, windows }))
  return { takes, sent: sentBytes(takesOf(takes, settings), settings.hashTags), received: receivedBytes(replies) }
}

function bulk(text: string): number {
  const bytes = Buffer.byteLength(text)
  return `$${bytes}\r\n`.length + bytes + 2
}
