import { distinct } from '../identifiers.ts'
import { CPU, DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { openWindows } from '../subjects/subject.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { costMeter } from './meters.ts'

export const windowGrowth: Scenario = {
  name: 'window-growth',
  group: 'growth',
  title: 'More windows for each identifier',
  about: '512 callers, distinct identifiers. More than one window of the peer is a `RateLimiterUnion`.',
  plots: [{ metric: CPU, kind: 'lines', xLabel: 'windows' }],
  tables: [CPU, DECISIONS],
  cases: () =>
    [1, 2, 4, 8].map((windows) =>
      loadedCase({
        name: `${windows} ${windows === 1 ? 'window' : 'windows'}`,
        subjects: ['@rl/ioredis', 'rate-limiter-flexible, ioredis', 'rate-limiter-flexible, ioredis autopipelining'],
        fullOnly: windows === 2 || windows === 4,
        callers: 512,
        shape: distinct(512),
        policy: openWindows(windows),
        place: onRedis,
        meter: async (lab) => costMeter(await lab.redis()),
      }),
    ),
}
