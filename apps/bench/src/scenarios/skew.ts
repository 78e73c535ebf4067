import { distinct, oneHot, zipf } from '../identifiers.ts'
import { DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { clientMeter } from './meters.ts'

const SUBJECTS = [
  '@rl/ioredis',
  'rate-limiter-flexible, ioredis',
  'rate-limiter-flexible, ioredis autopipelining',
  'bare EVALSHA, ioredis',
  '@rl/node-redis',
  'rate-limiter-flexible, node-redis',
]

export const skew: Scenario = {
  name: 'skew',
  title: 'Busy identifiers',
  about:
    'All callers ask for one hot identifier, for 10 000 identifiers by turns, or for 10 000 identifiers of which the n-th is asked for in proportion to n^-1.1 (Zipf).',
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () => [
    loadedCase({
      name: '64 callers, one hot id',
      fullOnly: true,
      subjects: SUBJECTS,
      callers: 64,
      shape: oneHot(),
      place: onRedis,
      meter: async () => clientMeter,
    }),
    loadedCase({
      name: '512 callers, one hot id',
      subjects: SUBJECTS,
      callers: 512,
      shape: oneHot(),
      place: onRedis,
      meter: async () => clientMeter,
    }),
    loadedCase({
      name: '512 callers, 10 000 ids by turns',
      subjects: SUBJECTS,
      callers: 512,
      shape: distinct(10_000),
      place: onRedis,
      meter: async () => clientMeter,
    }),
    loadedCase({
      name: '512 callers, Zipf',
      subjects: SUBJECTS,
      callers: 512,
      shape: zipf(10_000, 1.1),
      place: onRedis,
      meter: async () => clientMeter,
    }),
  ],
}
