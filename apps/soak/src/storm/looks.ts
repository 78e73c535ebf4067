import type { CounterWindow } from '@rl/core'
import { hashTags, redisKey } from '@rl/redis-script'
import type { Cluster, Redis } from 'ioredis'
import { machineClock } from '../history/clock.ts'
import type { Look, Stored } from '../history/operation.ts'
import { hashTagsOf, type StoreKind } from './world.ts'

/** All counters of an identifier, with the time they have left, in one step. */
const LOOK = `local clock = redis.call('TIME')
local reply = {clock[1] * 1000 + math.floor(clock[2] / 1000)}
for _, key in ipairs(KEYS) do
  reply[#reply + 1] = redis.call('GET', key)
  reply[#reply + 1] = redis.call('PTTL', key)
end
return reply`

const PREFIX = 'rl:'
const NO_KEY = -2

/** Reads counters past limiters, stores and proxies. */
export class Onlooker {
  readonly #redis: Redis | Cluster
  readonly #tagOf: ((key: string) => string) | undefined

  constructor(redis: Redis | Cluster, kind: StoreKind) {
    this.#redis = redis
    const tags = hashTagsOf(kind)
    this.#tagOf = tags === undefined ? undefined : hashTags(tags)
  }

  /** @param name The policy's name. Neither it nor the identifier may need to be encoded. */
  async look(name: string, windows: readonly CounterWindow[], id: string): Promise<Look> {
    const keys = windows.map((window) => redisKey(PREFIX, `${name}:${id}`, window, this.#tagOf))
    const invoked = machineClock()
    const reply = (await this.#redis.eval(LOOK, keys.length, ...keys)) as readonly (number | string | null)[]
    const returned = machineClock()
    const counters = keys.map((_, i) => storedOf(reply[1 + 2 * i] ?? null, reply[2 + 2 * i] ?? null))
    return { kind: 'look', id, invoked, returned, now: Number(reply[0]), counters }
  }
}

function storedOf(value: string | number | null, ttl: string | number | null): Stored | undefined {
  const ttlMs = Number(ttl)
  if (value === null || ttlMs === NO_KEY) return undefined
  const [resetAt, used] = String(value).split(':')
  return { used: Number(used), resetAt: Number(resetAt), ttlMs }
}
