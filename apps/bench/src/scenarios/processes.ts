import { CLIENT_CPU, CPU, DECISIONS, SERVER_CPU } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { inChildren } from './in-children.ts'

export const processes: Scenario = {
  name: 'processes',
  group: 'growth',
  title: 'More client processes',
  about: '512 callers in each process, distinct identifiers, one redis-server, all on this machine.',
  plots: [
    { metric: CPU, kind: 'lines', xLabel: 'processes' },
    { metric: DECISIONS, kind: 'lines', xLabel: 'processes' },
  ],
  tables: [CPU, DECISIONS],
  cases: () =>
    [1, 2, 4].map((count) => ({
      name: `${count} ${count === 1 ? 'process' : 'processes'}`,
      fullOnly: count === 2,
      open: async (lab) => {
        const redis = await lab.emptyRedis()
        return Promise.all(
          ['@rl/ioredis', 'rate-limiter-flexible, ioredis', '@rl/node-redis'].map((subject) =>
            inChildren(subject, count, redis, lab.plan.roundMs, [DECISIONS, CLIENT_CPU, SERVER_CPU, CPU]),
          ),
        )
      },
    })),
}
