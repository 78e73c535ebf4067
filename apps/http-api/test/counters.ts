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

/** The names of the counters, in the order of the windows. */
export async function counters(redis: RedisServer): Promise<readonly string[]> {
  const keys = (await redis.command('KEYS', '*')) as readonly string[]
  return [...keys].sort((a, b) => windowOf(a) - windowOf(b))
}

/** The units that are taken, in the order of the windows. */
export async function used(redis: RedisServer): Promise<readonly number[]> {
  const values = await Promise.all((await counters(redis)).map((name) => redis.command('GET', name)))
  return values.map((value) => Number(/\d+$/.exec(String(value ?? 0))?.[0]))
}

function windowOf(key: string): number {
  return Number(/\d+$/.exec(key)?.[0])
}

async function minuteOf(redis: RedisServer): Promise<number> {
  const [seconds] = (await redis.command('TIME')) as readonly string[]
  return Math.floor(Number(seconds) / 60)
}
