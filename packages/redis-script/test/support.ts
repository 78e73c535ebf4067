import type { Anchor, Take, TakeReply, Window } from '@rl/core'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { REDIS_SCRIPT, redisKey, ScriptStore } from '../src/index.ts'

/** A window so long that no test sees its end: the present epoch window lasts from 2004 to 2039. */
export const LONG: number = 2 ** 40
export const END: number = 2 ** 41

export function window(limit: number, anchor: Anchor = 'epoch', windowMs: number = LONG): Window {
  return { limit, windowMs, anchor }
}

export function takeOf(key: string, windows: readonly Window[], cost = 1, times = 1): Take {
  return { key, windows, cost, times }
}

export function keyOf(key: string, of: Window = window(1)): string {
  return redisKey('rl:', key, of)
}

/** What an adapter would be, over ioredis. Counts the commands it sends. */
export class Adapter {
  readonly server: RedisServer
  readonly redis: Redis
  readonly store: ScriptStore
  sent: ('evalsha' | 'eval' | 'del')[] = []

  constructor(server: RedisServer) {
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
        del: (keys) => {
          this.sent.push('del')
          return redis.del(...keys)
        },
      },
      { script: REDIS_SCRIPT, parallelism: 1, cluster: false, options: undefined },
    )
  }

  static async start(): Promise<Adapter> {
    return new Adapter(await startRedis())
  }

  async stop(): Promise<void> {
    this.redis.disconnect()
    await this.server.stop()
  }

  /** Answers of a list; fails for a take that failed. */
  async take(...takes: Take[]): Promise<TakeReply[]> {
    return (await this.store.take(takes)).map((reply) => {
      if (reply instanceof Error) throw reply
      return reply
    })
  }

  /** Calls of each command since the last `CONFIG RESETSTAT`, inside scripts as well. */
  async calls(): Promise<Record<string, number>> {
    const info = await this.redis.info('commandstats')
    return Object.fromEntries(
      Array.from(info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm), ([, name = '', calls]) => [name, Number(calls)]),
    )
  }

  /** Changes to the data that a snapshot does not have yet. */
  async changes(): Promise<number> {
    const info = await this.redis.info('persistence')
    return Number(/^rdb_changes_since_last_save:(\d+)/m.exec(info)?.[1])
  }
}
