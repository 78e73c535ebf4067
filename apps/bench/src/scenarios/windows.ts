import { distinct, oneHot } from '../identifiers.ts'
import { DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { OPEN_THREE } from '../subjects/subject.ts'
import { loadedCase, onRedis } from './loaded.ts'

const SUBJECTS = [
  '@rl/ioredis',
  'rate-limiter-flexible, ioredis',
  'rate-limiter-flexible, ioredis autopipelining',
  'bare EVALSHA, ioredis',
  '@rl/node-redis',
]

export const windows: Scenario = {
  name: 'windows',
  title: 'Three windows at once',
  about:
    'An hour, a day and 20 days for each identifier. Here one script takes from all or from none; `RateLimiterUnion` of three sends three, and charges the others when one denies.',
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () => [
    ...[64, 512].map((callers) =>
      loadedCase({
        name: `${callers} callers, distinct ids`,
        subjects: SUBJECTS,
        fullOnly: callers === 64,
        callers,
        shape: distinct(callers),
        policy: OPEN_THREE,
        place: onRedis,
      }),
    ),
    loadedCase({
      name: '512 callers, one hot id',
      fullOnly: true,
      subjects: SUBJECTS,
      callers: 512,
      shape: oneHot(),
      policy: OPEN_THREE,
      place: onRedis,
    }),
  ],
}
