import { parseKey, parseValue } from '@rl/redis-script'
import type { RedisServer } from '@rl/test-servers'
import { type Traffic, WINDOWS } from './traffic.ts'

/** Counter names of the windows, in their order. */
export const COUNTERS = ['e31536000000', 'f2592000000'] as const
const LONGEST_MS = 31_536_000_000

/** All keys of a limiter at one moment: name, value and remaining time of each. */
const SNAPSHOT = `
local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  found[#found + 1] = { key, redis.call('GET', key), redis.call('PTTL', key) }
end
return found`

/** The tolerances of an audit. */
export interface Losses {
  /** How often the servers may have lost an identifier's counters. Default: never. */
  readonly losses?: number
}

/** The findings of an audit. */
export interface Findings {
  /** Sentences on what must not be. */
  readonly violations: readonly string[]
  /** Units admitted of one identifier beyond its limit, at most. */
  readonly overAdmitted: number
}

/** The counters of an identifier: units by each of the {@link WINDOWS}, and how long it lives on, in milliseconds. */
export interface Counted {
  readonly used: readonly number[]
  /** Below 0: without an end. */
  readonly ttl: number
}

/** The counters of a limiter's identifiers on Redis servers. */
export async function countedInRedis(
  masters: readonly RedisServer[],
  name: string,
): Promise<ReadonlyMap<string, Counted>> {
  const stored = new Map<string, Counted>()
  for (const master of masters) {
    for (const [key = '', value = '', ttl] of (await master.command(
      'EVAL',
      SNAPSHOT,
      0,
      `rl:*${name}:*`,
    )) as string[][]) {
      const counters = parseValue(value)?.counters ?? []
      const used = COUNTERS.map((counter) => counters.find((each) => each.name === counter)?.used ?? 0)
      stored.set(parseKey(key)?.id ?? key, { used, ttl: Number(ttl) })
    }
  }
  return stored
}

/** Compares what callers were told with what the servers counted. No call may be under way any more. */
export function audit(
  stored: ReadonlyMap<string, Counted>,
  { told }: Pick<Traffic, 'told'>,
  { losses = 0 }: Losses,
): Findings {
  const violations: string[] = []
  let overAdmitted = 0
  for (const [id, { admitted, unknown }] of told) {
    const { used: [used = 0, usedOfOther = 0] = [], ttl = 1 } = stored.get(id) ?? {}
    overAdmitted = Math.max(overAdmitted, admitted - WINDOWS[0].limit)
    if (admitted > WINDOWS[0].limit * (1 + losses))
      violations.push(`over-admission: ${id} was admitted ${admitted} units`)
    if (used > WINDOWS[0].limit) violations.push(`over-admission: ${used} units of ${id} are counted`)
    if (used > admitted + unknown)
      violations.push(`double charge: ${used} counted, ${admitted} admitted, ${unknown} unknown`)
    if (used < admitted && losses === 0) violations.push(`lost: ${used} counted of ${admitted} admitted`)
    if (used !== usedOfOther) violations.push(`half charged: ${used} and ${usedOfOther}`)
    if (!(ttl > 0 && ttl <= LONGEST_MS)) violations.push(`a key lives on for ${ttl} ms`)
  }
  const lasting = [...stored.values()].filter(({ ttl }) => ttl < 0)
  if (lasting.length > 0) violations.push(`${lasting.length} keys without an end`)
  return { violations, overAdmitted: Math.max(0, overAdmitted) }
}
