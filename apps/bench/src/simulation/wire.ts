import type { Take, TakeReply } from '@rl/core'
import { encodeTakes, hashTags, REDIS_SCRIPT } from '@rl/redis-script'

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

/** Takes of different identifiers, all of this length. */
export function takesOf(count: number, { idBytes, windows }: WireSettings): readonly Take[] {
  const alike = Array.from({ length: windows }, (_, i) => ({
    limit: 1_000_000,
    windowMs: 86_400_000 * (i + 1),
    anchor: 'epoch' as const,
  }))
  return Array.from({ length: count }, (_, i) => {
    const digits = String(i)
    return { key: `${NAME}:${'u'.repeat(idBytes - digits.length)}${digits}`, windows: alike, cost: 1, times: 1 }
  })
}

/** Bytes of the command, as RESP writes it. */
export function sentBytes(takes: readonly Take[], tags?: number): number {
  const { keys, args } = encodeTakes('rl:', takes, tags === undefined ? undefined : hashTags(tags))
  const parts = ['EVALSHA', REDIS_SCRIPT.sha, String(keys.length), ...keys, ...args]
  return parts.reduce((sum, part) => sum + bulk(part), header(parts.length))
}

/** Bytes of its reply, where all windows are epoch windows. */
export function receivedBytes(replies: readonly TakeReply[]): number {
  const numbers = replies.flatMap(({ taken, windows }) => [taken, ...windows.map(({ used }) => used)])
  const all = [replies[0]?.now ?? 0, ...numbers]
  return all.reduce((sum, number) => sum + `:${number}\r\n`.length, header(all.length))
}

/** By the codec that the adapters use. */
export function wireBytes(takes: number, settings: WireSettings): WireBytes {
  const used = 10 ** (settings.usedDigits - 1)
  const windows = Array.from({ length: settings.windows }, () => ({ used, resetAt: NOW }))
  const replies = Array.from({ length: takes }, () => ({ taken: 1, now: NOW, windows }))
  return { takes, sent: sentBytes(takesOf(takes, settings), settings.hashTags), received: receivedBytes(replies) }
}

function header(length: number): number {
  return `*${length}\r\n`.length
}

function bulk(text: string): number {
  const bytes = Buffer.byteLength(text)
  return `$${bytes}\r\n`.length + bytes + 2
}
