import type { RedisServer } from '@rl/test-servers'
import { type Traffic, WINDOWS } from './traffic.ts'

const SUFFIXES = [':e31536000000', ':f2592000000'] as const
const LENGTHS = [31_536_000_000, 2_592_000_000] as const

/** All counters of a limiter at one moment: name, value and remaining time of each key. */
const SNAPSHOT = `
local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  found[#found + 1] = { key, redis.call('GET', key), redis.call('PTTL', key) }
end
return found`

/** What an audit allows for. */
export interface Losses {
  /** How often the servers may have lost a counter. Default: never. */
  readonly losses?: number
  /** Whether the windows of an identifier may have been lost one without the other. */
  readonly oneByOne?: boolean
}

/** What an audit found. */
export interface Findings {
  /** Sentences on what must not be. */
  readonly violations: readonly string[]
  /** Units admitted of one identifier beyond its limit, at most. */
  readonly overAdmitted: number
}

/** `rl:{api:a}:e60000` and, in a Cluster, `rl:{tag}api:a:e60000` are both `api:a:e60000`. */
function withoutTag(key: string): string {
  return key.replace(/^rl:\{([^}]*)\}(?=:)/, '$1').replace(/^rl:\{[^}]*\}/, '')
}

/** Compares what callers were told with what the servers counted. No call may be under way any more. */
export async function audit(
  masters: readonly RedisServer[],
  { name, told }: Pick<Traffic, 'name' | 'told'>,
  { losses = 0, oneByOne = false }: Losses,
): Promise<Findings> {
  const counters = new Map<string, { used: number; ttl: number }>()
  for (const master of masters) {
    for (const [key, value, ttl] of (await master.command('EVAL', SNAPSHOT, 0, `rl:*${name}:*`)) as string[][]) {
      counters.set(withoutTag(key ?? ''), { used: Number(value?.split(':')[1]), ttl: Number(ttl) })
    }
  }
  const violations: string[] = []
  let overAdmitted = 0
  for (const [id, { admitted, unknown }] of told) {
    const found = SUFFIXES.map((suffix) => counters.get(`${name}:${id}${suffix}`))
    const [used = 0, usedOfOther = 0] = found.map((counter) => counter?.used ?? 0)
    overAdmitted = Math.max(overAdmitted, admitted - WINDOWS[0].limit)
    if (admitted > WINDOWS[0].limit * (1 + losses))
      violations.push(`over-admission: ${id} was admitted ${admitted} units`)
    if (used > WINDOWS[0].limit) violations.push(`over-admission: ${used} units of ${id} are counted`)
    if (used > admitted + unknown)
      violations.push(`double charge: ${used} counted, ${admitted} admitted, ${unknown} unknown`)
    if (used < admitted && losses === 0) violations.push(`lost: ${used} counted of ${admitted} admitted`)
    if (used !== usedOfOther && !oneByOne) violations.push(`half charged: ${used} and ${usedOfOther}`)
    found.forEach((counter, i) => {
      if (counter !== undefined && !(counter.ttl > 0 && counter.ttl <= (LENGTHS[i] ?? 0))) {
        violations.push(`a key lives on for ${counter.ttl} ms`)
      }
    })
  }
  const lasting = [...counters.values()].filter(({ ttl }) => ttl < 0)
  if (lasting.length > 0) violations.push(`${lasting.length} keys without an end`)
  return { violations, overAdmitted: Math.max(0, overAdmitted) }
}
