import { distinct } from '../identifiers.ts'
import { touchAll } from '../load.ts'
import { COMMANDS, DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { type Policy, TIGHT } from '../subjects/subject.ts'
import { type LoadedCase, loadedCase, onRedis } from './loaded.ts'
import { restMeter, serverMeter } from './meters.ts'

/** Uses every limit up, and one call more. */
const exhaust: NonNullable<LoadedCase['prepare']> = async (subject, { ids }) => {
  for (let i = 0; i <= limitOf(TIGHT); i++) await touchAll(subject, ids)
}

export const denied: Scenario = {
  name: 'denied',
  title: 'A flood of denied calls',
  about:
    '512 callers, or 64 through Upstash, ask for 64 identifiers whose limits are used up. Every answer is no; what differs is what it costs.',
  plots: [
    { metric: DECISIONS, kind: 'bars' },
    { metric: COMMANDS, kind: 'bars' },
  ],
  cases: () => [
    loadedCase({
      name: '512 callers',
      subjects: [
        '@rl/ioredis',
        '@rl/ioredis, denyCache',
        'rate-limiter-flexible, ioredis',
        'rate-limiter-flexible, ioredis, inMemoryBlock',
      ],
      callers: 512,
      shape: distinct(64),
      policy: TIGHT,
      expected: 'all-denied',
      place: onRedis,
      meter: async (lab) => serverMeter(await lab.redis()),
      prepare: exhaust,
    }),
    loadedCase({
      name: '64 callers, Upstash REST',
      subjects: [
        '@rl/upstash',
        '@rl/upstash, denyCache',
        '@upstash/ratelimit, no ephemeralCache',
        '@upstash/ratelimit',
      ],
      callers: 64,
      shape: distinct(64),
      policy: TIGHT,
      expected: 'all-denied',
      place: async (lab) => {
        await lab.emptyRedis()
        return (await lab.rest()).place
      },
      meter: async (lab) => {
        const [server, rest] = [serverMeter(await lab.redis()), await restMeter(lab)]
        return async () => {
          const [readServer, readRest] = [await server(), await rest()]
          return async (decisions) => ({ ...(await readServer(decisions)), ...(await readRest(decisions)) })
        }
      },
      prepare: exhaust,
    }),
  ],
}

function limitOf({ windows }: Policy): number {
  return Math.max(...windows.map(({ limit }) => limit))
}
