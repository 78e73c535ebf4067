import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Adjustment, Anchor, Clear, CounterWindow, Operation, Reply, Take, TakeReply, Window } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { REDIS_SCRIPT, redisKey, type Script, ScriptStore, UPSTASH_SCRIPT } from '../src/index.ts'

/** A window so long that no test sees its end: the present epoch window lasts from 2004 to 2039. */
export const LONG: number = 2 ** 40
export const END: number = 2 ** 41

export function window(limit: number, anchor: Anchor = 'epoch', windowMs: number = LONG): Window {
  return { limit, windowMs, anchor }
}

export function takeOf(id: string, windows: readonly Window[], cost: number | readonly number[] = 1, times = 1): Take {
  const costs = typeof cost === 'number' ? windows.map(() => cost) : cost
  return { kind: 'take', scope: 's', id, windows, costs, times }
}

/** An adjustment of one window. */
export function adjustOf(
  id: string,
  of: CounterWindow,
  change: number,
  resetAt: number = END,
  generation = 0,
): Adjustment {
  return { kind: 'adjust', scope: 's', id, windows: [{ ...of, resetAt, generation, change }] }
}

export function clearOf(id: string, ...windows: CounterWindow[]): Clear {
  return { kind: 'clear', scope: 's', id, windows }
}

export function keyOf(id: string): string {
  return redisKey('rl:', counterKey({ scope: 's', id }))
}

/** The script for Upstash without the flag that Redis refuses. */
export function upstashScriptForRedis(): Script {
  return scriptOf(UPSTASH_SCRIPT.text.replace(/^#!.*\n/, ''))
}

/** The script as it is written, before the build shortens it. */
export function sourceScript(): Script {
  return scriptOf(readFileSync(new URL('../src/script/script.lua', import.meta.url), 'utf8'))
}

function scriptOf(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** An adapter over ioredis, for tests. Counts the commands it sends. */
export class Adapter {
  readonly server: RedisServer
  readonly redis: Redis
  readonly store: ScriptStore
  sent: ('evalsha' | 'eval')[] = []

  constructor(server: RedisServer, script: Script = REDIS_SCRIPT) {
    this.server = server
    const redis = new Redis(server.port, { maxRetriesPerRequest: 0 })
    // Tests see errors through the calls that fail by them.
    redis.on('error', () => undefined)
    this.redis = redis
    this.store = new ScriptStore(
      {
        evalsha: (sha, keys, args) => {
          this.sent.push('evalsha')
          return redis.evalsha(sha, keys.length, ...keys, ...args)
        },
        eval: (text, keys, args) => {
          this.sent.push('eval')
          return redis.eval(text, keys.length, ...keys, ...args)
        },
      },
      { script, cluster: false },
    )
  }

  static async start(): Promise<Adapter> {
    return new Adapter(await startRedis())
  }

  async stop(): Promise<void> {
    this.redis.disconnect()
    await this.server.stop()
  }

  /** Leaves the server to others. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.redis.disconnect()
  }

  /** Answers of a list; fails for an operation that failed. */
  async apply(...operations: Operation[]): Promise<Reply[]> {
    return (await this.store.apply(operations)).map((reply) => {
      if (reply instanceof Error) throw reply
      return reply
    })
  }

  /** Answers of a list of takes; fails for a take that failed. */
  async take(...takes: Take[]): Promise<TakeReply[]> {
    return (await this.apply(...takes)) as TakeReply[]
  }

  /** Calls of each command since the last `CONFIG RESETSTAT`, inside scripts as well. */
  async calls(): Promise<Record<string, number>> {
    const info = await this.redis.info('commandstats')
    return Object.fromEntries(
      Array.from(info.matchAll(/^cmdstat_(?!config)([^:]+):calls=(\d+)/gm), ([, name = '', calls]) => [
        name,
        Number(calls),
      ]),
    )
  }

  /** Changes to the data that a snapshot does not have yet. */
  async changes(): Promise<number> {
    const info = await this.redis.info('persistence')
    return Number(/^rdb_changes_since_last_save:(\d+)/m.exec(info)?.[1])
  }
}

/** Until the clock shows the same millisecond before and after, so that their sum is exact. */
const EXPIRY = `
  for _ = 1, 1000 do
    local before, left, after = redis.call('TIME'), redis.call('PTTL', KEYS[1]), redis.call('TIME')
    local ms = before[1] * 1000 + math.floor(before[2] / 1000)
    if left < 0 then return left end
    if ms == after[1] * 1000 + math.floor(after[2] / 1000) then return ms + left end
  end
`

/** As PEXPIRETIME, which servers before Redis 7 lack: milliseconds since the epoch, -1 without an expiry, -2 without the key. */
export async function expiryOf(redis: Redis, key: string): Promise<number> {
  try {
    return await redis.pexpiretime(key)
  } catch {
    return Number(await redis.eval(EXPIRY, 1, key))
  }
}
