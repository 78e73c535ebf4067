import { distinct } from '../identifiers.ts'
import { DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { loadedCase } from './loaded.ts'
import { clientMeter } from './meters.ts'

export const cluster: Scenario = {
  name: 'cluster',
  title: 'Redis Cluster of three masters',
  about: 'Distinct identifiers, all servers on this machine. A script may not cross slots.',
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () =>
    [64, 512].map((callers) =>
      loadedCase({
        name: `${callers} callers`,
        subjects: [
          '@rl/ioredis, Cluster',
          '@rl/ioredis, Cluster, hashTags: 3',
          'rate-limiter-flexible, ioredis Cluster',
          'bare EVALSHA, ioredis Cluster',
        ],
        fullOnly: callers === 64,
        callers,
        shape: distinct(callers),
        place: (lab) => lab.cluster(),
        meter: async () => clientMeter,
      }),
    ),
}
