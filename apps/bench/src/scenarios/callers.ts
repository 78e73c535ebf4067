import { distinct } from '../identifiers.ts'
import { DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { clientMeter } from './meters.ts'

const SUBJECTS = [
  '@rl/ioredis',
  'rate-limiter-flexible, ioredis',
  'rate-limiter-flexible, ioredis autopipelining',
  'rate-limit-redis, ioredis',
  'bare EVALSHA, ioredis',
  '@rl/node-redis',
  'rate-limiter-flexible, node-redis',
  'bare EVALSHA, node-redis',
]

/** For those who choose one. */
const LIMITERS = [
  '@rl/ioredis',
  'rate-limiter-flexible, ioredis',
  '@rl/node-redis',
  'rate-limiter-flexible, node-redis',
]

export const callers: Scenario = {
  name: 'callers',
  title: 'Callers, each with another identifier',
  about: 'Every caller asks for its own identifier and asks again as soon as it is answered. One window.',
  plots: [
    { metric: DECISIONS, kind: 'lines', xLabel: 'callers', subjects: LIMITERS },
    { metric: DECISIONS, kind: 'lines', xLabel: 'callers' },
  ],
  cases: () =>
    [1, 8, 64, 512, 4096].map((count) =>
      loadedCase({
        name: `${count} ${count === 1 ? 'caller' : 'callers'}`,
        subjects: SUBJECTS,
        callers: count,
        shape: distinct(count),
        place: onRedis,
        meter: async () => clientMeter,
      }),
    ),
}
