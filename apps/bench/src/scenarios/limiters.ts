import { distinct } from '../identifiers.ts'
import { COMMANDS, CPU, DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { OPEN } from '../subjects/subject.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { costMeter } from './meters.ts'

/** A caller for each of the first identifiers, which then asks for every 64th. */
const IDENTIFIERS = 256

export const limiters: Scenario = {
  name: 'limiters',
  group: 'growth',
  title: 'More limiters on one store',
  about:
    '64 callers ask for 256 identifiers by turns, each of which belongs to one of the limiters, as with a limiter for each tenant. All limiters have one store.',
  plots: [
    { metric: CPU, kind: 'lines', xLabel: 'limiters' },
    { metric: COMMANDS, kind: 'lines', xLabel: 'limiters' },
  ],
  tables: [CPU, DECISIONS, COMMANDS],
  cases: () =>
    [1, 16, 256].map((count) =>
      loadedCase({
        name: `${count} ${count === 1 ? 'limiter' : 'limiters'}`,
        subjects: ['@rl/ioredis', 'rate-limiter-flexible, ioredis', 'rate-limiter-flexible, ioredis autopipelining'],
        callers: 64,
        shape: distinct(IDENTIFIERS),
        policy: { ...OPEN, limiters: count },
        place: onRedis,
        meter: async (lab) => costMeter(await lab.redis()),
      }),
    ),
}
