import type { FixedWindow } from '@rl/core'
import { counterName } from '@rl/core/keys'
import { hashTags, parseValue, redisKey } from '@rl/redis-script'
import type { Cluster, Redis } from 'ioredis'
import { machineClock } from '../history/clock.ts'
import type { Look } from '../history/operation.ts'
import { hashTagsOf, type StoreKind } from './world.ts'

/**
 * The server's clock, and an identifier's value with the time it has left, in one step. The clock comes last, as time may pass
 * within a script: a key then never seems to expire too early.
 */
const LOOK = `local value, left = redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])
local clock = redis.call('TIME')
return {clock[1] * 1000 + math.floor(clock[2] / 1000), value, left}`

const PREFIX = 'rl:'

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
  async look(name: string, windows: readonly FixedWindow[], id: string): Promise<Look> {
    const key = redisKey(PREFIX, `${name}:${id}`, this.#tagOf)
    const invoked = machineClock()
    const reply = (await this.#redis.eval(LOOK, 1, key)) as readonly [now: number, value: string | null, ttlMs: number]
    const returned = machineClock()
    const [now, value, ttlMs] = reply
    return { kind: 'look', id, invoked, returned, now, counters: openCounters(value, windows, now, ttlMs) }
  }
}

/** Windows that have ended may still be in the value: a later write drops them. */
function openCounters(
  value: string | null,
  windows: readonly FixedWindow[],
  now: number,
  ttlMs: number,
): Look['counters'] {
  if (value === null) return windows.map(() => undefined)
  const parsed = parseValue(value)
  if (parsed === undefined || parsed.unreadable.length > 0) throw new Error(`the value can't be read: ${value}`)
  return windows.map((window) => {
    const counter = parsed.counters.find(({ name }) => name === counterName(window))
    if (counter === undefined || counter.resetAt <= now) return undefined
    return { used: counter.used, resetAt: counter.resetAt, ttlMs }
  })
}
