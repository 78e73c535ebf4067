import { distinct } from '../identifiers.ts'
import { COMMANDS, DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { serverMeter } from './meters.ts'

/** A caller for each of the first identifiers, which then asks for every 64th. */
const IDENTIFIERS = 256

export const limiters: Scenario = {
  name: 'limiters',
  title: 'Several limiters on one store',
  about:
    '64 callers ask for 256 identifiers by turns, each of which belongs to one of the limiters, as with a limiter for each tenant. All limiters have one store.',
  plots: [
    { metric: DECISIONS, kind: 'bars' },
    { metric: COMMANDS, kind: 'bars' },
  ],
  cases: () => [
    loadedCase({
      name: '64 callers',
      subjects: [
        '@rl/ioredis',
        '@rl/ioredis, 16 limiters',
        '@rl/ioredis, 256 limiters',
        'rate-limiter-flexible, ioredis',
        'rate-limiter-flexible, 16 limiters',
        'rate-limiter-flexible, 256 limiters',
      ],
      callers: 64,
      shape: distinct(IDENTIFIERS),
      place: onRedis,
      meter: serverMeter,
    }),
  ],
}
