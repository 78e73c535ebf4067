import { DECISIONS, DELAY_P99 } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { inChildren } from './in-children.ts'

const SUBJECTS = [
  '@rl/ioredis',
  'rate-limiter-flexible, ioredis',
  'rate-limiter-flexible, ioredis autopipelining',
  '@rl/node-redis',
  'rate-limiter-flexible, node-redis',
]

/** A 99th percentile of fewer looks says little. */
const LEAST_MS = 300

export const eventLoop: Scenario = {
  name: 'event-loop',
  title: 'Event-loop delay',
  about:
    'How late timers come (`monitorEventLoopDelay`, 99th percentile) in a process that serves 512 callers as fast as it can, each subject in a separate process.',
  plots: [{ metric: DELAY_P99, kind: 'bars' }],
  cases: () => [
    {
      name: '512 callers',
      open: async (lab) => {
        const redis = await lab.emptyRedis()
        const ms = Math.max(LEAST_MS, lab.plan.roundMs)
        return Promise.all(SUBJECTS.map((subject) => inChildren(subject, 1, redis, ms, [DELAY_P99, DECISIONS])))
      },
    },
  ],
}
