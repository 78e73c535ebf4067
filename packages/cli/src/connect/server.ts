import type { Clear, CounterWindow } from '@rl/core'
import { decode, encode } from '@rl/redis-script'

/** A key's content, and its server's time. */
export interface Reading {
  readonly now: number
  /** Undefined where nothing is stored; empty for a value of another type. */
  readonly value: string | undefined
}

/** One server that can be walked: of a Cluster, a master. */
export interface Node {
  /** Its clock, in epoch milliseconds. */
  time(): Promise<number>
  scan(cursor: string, pattern: string, count: number): Promise<{ readonly cursor: string; readonly keys: string[] }>
  /** In the keys' order; `null` for a key that is gone or of another type. */
  values(keys: readonly string[]): Promise<readonly (string | null)[]>
}

/** The storage that `rl` looks at, over whatever client. Every method rejects with a `Failure`. */
export interface Server {
  /** For messages, such as `'Redis at 127.0.0.1:6379'`: no credentials. */
  readonly name: string
  readonly isCluster: boolean
  /** Whether each command costs money. */
  readonly isBilled: boolean
  /** Commands that it has run by now. */
  readonly commands: number
  read(key: string): Promise<Reading>
  /** Clears windows of one key, as `limiter.reset` does. */
  clear(key: string, windows: readonly CounterWindow[]): Promise<void>
  nodes(): readonly Node[]
  close(): void
}

/** Reads one key and its server's clock. A value of another type is told from none. */
export const READ = `local time = redis.call('TIME')
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'table' then
  if not string.find(value.err, 'WRONGTYPE') then return value end
  value = ''
end
return {time[1], time[2], value}`

/** The reply to {@link READ}. */
export function readingOf(reply: unknown): Reading {
  const [seconds, micros, value] = reply as readonly [unknown, unknown, unknown]
  return { now: timeOf([seconds, micros]), value: typeof value === 'string' ? value : undefined }
}

/**
 * Clears windows of one key by the script that limiters use.
 *
 * @param run Sends the script with these keys and arguments.
 */
export async function clearBy(
  run: (keys: string[], args: string[]) => Promise<unknown>,
  key: string,
  windows: readonly CounterWindow[],
): Promise<void> {
  // The key says whose counters they are. Of a hashed identifier it is all that is known.
  const clear: Clear = { kind: 'clear', scope: '', id: '', windows }
  const { keys, args } = encode([clear], [key])
  const [reply] = decode([clear], await run(keys, args))
  if (reply instanceof Error) throw reply
}

/** The reply to TIME, in epoch milliseconds. */
export function timeOf([seconds, micros]: readonly unknown[]): number {
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}
