import { startRedis } from '@rl/test-servers'
import { auditedLoop } from '../audit.ts'
import { Child } from '../children/child.ts'
import type { MemorySettings } from '../children/memory.ts'
import { identifiers, uniform } from '../identifiers.ts'
import { type Lab, usedMemory } from '../lab.ts'
import { touchAll } from '../load.ts'
import { BYTES, CPU, DECISIONS } from '../metrics.ts'
import type { Participant, Scenario } from '../scenario.ts'
import { openSubject } from '../subjects/index.ts'
import { OPEN, OPEN_THREE, type Policy } from '../subjects/subject.ts'
import { loadedRound } from './loaded.ts'
import { costMeter } from './meters.ts'

const X_LABEL = 'identifiers'
const BYTES_PLOT = { metric: BYTES, kind: 'lines', xLabel: X_LABEL } as const

export const growth: Scenario = {
  name: 'growth',
  group: 'growth',
  title: 'More identifiers, in Redis',
  about:
    '512 callers ask for any of the identifiers. Bytes are the growth of `used_memory` in a separate server, keys and expiries included.',
  plots: [{ metric: CPU, kind: 'lines', xLabel: X_LABEL }, BYTES_PLOT],
  tables: [CPU, DECISIONS, BYTES],
  cases: ({ mostIdentifiers }) =>
    [10_000, 100_000, 1_000_000]
      .filter((count) => count <= mostIdentifiers)
      .map((count) => ({
        name: `${count} identifiers`,
        open: async (lab) => [
          await grown(lab, '@rl/ioredis', count, OPEN),
          await grown(lab, 'rate-limiter-flexible, ioredis', count, OPEN),
        ],
      })),
}

export const redisBytes: Scenario = {
  name: 'redis-bytes',
  title: 'Bytes in Redis',
  about: 'The growth of `used_memory` over 100 000 identifiers, for one window and for three.',
  plots: [{ metric: BYTES, kind: 'bars' }],
  tables: [BYTES],
  cases: () => [
    {
      name: 'one window',
      fullOnly: true,
      rounds: 1,
      open: async (lab) => [
        await grown(lab, '@rl/ioredis', 100_000, OPEN),
        await grown(lab, 'rate-limiter-flexible, ioredis', 100_000, OPEN),
        await grown(lab, 'rate-limit-redis, ioredis', 100_000, OPEN),
      ],
    },
    {
      name: 'three windows',
      fullOnly: true,
      rounds: 1,
      open: async (lab) => [
        await grown(lab, '@rl/ioredis', 100_000, OPEN_THREE),
        await grown(lab, 'rate-limiter-flexible, ioredis', 100_000, OPEN_THREE),
      ],
    },
  ],
}

export const memoryGrowth: Scenario = {
  name: 'memory-growth',
  group: 'growth',
  title: 'More identifiers, in memory',
  about:
    '512 callers ask for any of the identifiers, in a separate process. Bytes are the growth of the heap (and of what lies beside it) after a full collection.',
  plots: [{ metric: DECISIONS, kind: 'lines', xLabel: X_LABEL }, BYTES_PLOT],
  cases: ({ mostIdentifiers }) =>
    [10_000, 200_000, 1_000_000]
      .filter((count) => count <= mostIdentifiers)
      .map((count) => ({
        name: `${count} identifiers`,
        rounds: 3,
        fullOnly: count === 10_000,
        open: async (lab) => [
          grownInMemory(lab, '@rl/memory', count),
          grownInMemory(lab, 'rate-limiter-flexible, memory', count),
        ],
      })),
}

/** A subject with its server, which is filled while it is warmed up. */
async function grown({ plan }: Lab, label: string, count: number, policy: Policy): Promise<Participant> {
  const redis = await startRedis()
  const subject = await openSubject(label, { port: redis.port }, policy)
  const ids = identifiers(count)
  const load = { ...uniform(ids), callers: 512 }
  const meter = costMeter(redis)
  let bytes = Number.NaN
  return {
    subject: label,
    warmUp: async () => {
      // Leaves scripts and buffers behind, which the identifiers are not charged with.
      await touchAll(subject, ids.slice(0, 512))
      await redis.command('FLUSHALL')
      const before = await usedMemory(redis)
      await touchAll(subject, ids)
      bytes = ((await usedMemory(redis)) - before) / count
      await auditedLoop(subject, { ...load, ms: plan.warmUpMs }, 'all-allowed')
    },
    round: async () => ({
      ...(await loadedRound(subject, { ...load, ms: plan.roundMs }, 'all-allowed', meter)),
      [BYTES]: bytes,
    }),
    close: async () => {
      await subject.close()
      await redis.stop()
    },
  }
}

function grownInMemory({ plan }: Lab, subject: string, count: number): Participant {
  let bytesMeasured = false
  return {
    subject,
    warmUp: async () => {},
    round: async () => {
      const measured = async (measure: MemorySettings['measure']): Promise<number> => {
        const settings: MemorySettings = { subject, identifiers: count, measure, ms: plan.roundMs }
        const child = await Child.start('memory', settings)
        const figure = await child.ask('measure')
        await child.stop()
        return Number(figure)
      }
      const speed = { [DECISIONS]: await measured('speed') }
      // Bytes don't vary.
      if (bytesMeasured) return speed
      bytesMeasured = true
      return { ...speed, [BYTES]: await measured('bytes') }
    },
    close: async () => {},
  }
}
