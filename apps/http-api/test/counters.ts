import { parseValue, type StoredCounter } from '@rl/redis-script'
import type { RedisServer } from '@rl/test-servers'

/** Runs against counters that start at nothing, again where a minute ended meanwhile, as that would have begun new ones. */
export async function inOneMinute<T>(redis: RedisServer, run: () => Promise<T>): Promise<T> {
  for (;;) {
    await redis.command('FLUSHALL')
    const minute = await minuteOf(redis)
    const outcome = await run()
    if ((await minuteOf(redis)) === minute) return outcome
  }
}

/** How many responses had each status. */
export async function tally(responses: readonly Promise<Response>[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {}
  for (const response of await Promise.all(responses)) {
    await response.arrayBuffer()
    counts[response.status] = (counts[response.status] ?? 0) + 1
  }
  return counts
}

/** The keys in Redis: each has all counters of one identifier. */
export async function keys(redis: RedisServer): Promise<readonly string[]> {
  return (await redis.command('KEYS', '*')) as readonly string[]
}

/** The units that the only identifier has taken, in the order of the windows. Empty if there is none. */
export async function used(redis: RedisServer): Promise<readonly number[]> {
  const [key] = await keys(redis)
  const value = key === undefined ? '' : String(await redis.command('GET', key))
  const counters = parseValue(value)?.counters ?? []
  return [...counters].sort((a, b) => lengthOf(a) - lengthOf(b)).map((counter) => counter.used)
}

function lengthOf({ window }: StoredCounter): number {
  return window !== undefined && 'windowMs' in window ? window.windowMs : Number.NaN
}

async function minuteOf(redis: RedisServer): Promise<number> {
  const [seconds] = (await redis.command('TIME')) as readonly string[]
  return Math.floor(Number(seconds) / 60)
}
