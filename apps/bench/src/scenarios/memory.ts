import { distinct, oneHot } from '../identifiers.ts'
import { DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { loadedCase } from './loaded.ts'
import { clientMeter } from './meters.ts'

const SUBJECTS = ['@rl/memory', 'rate-limiter-flexible, memory']

export const memory: Scenario = {
  name: 'memory',
  title: 'In memory',
  about: '`MemoryStore` behind the limiter beside `RateLimiterMemory`, in one process.',
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () => [
    ...[1, 64, 512].map((callers) =>
      loadedCase({
        name: `${callers} ${callers === 1 ? 'caller' : 'callers'}, distinct ids`,
        subjects: SUBJECTS,
        fullOnly: callers === 64,
        callers,
        shape: distinct(callers),
        place: async () => ({}),
        meter: async () => clientMeter,
      }),
    ),
    loadedCase({
      name: '512 callers, one hot id',
      subjects: SUBJECTS,
      callers: 512,
      shape: oneHot(),
      place: async () => ({}),
      meter: async () => clientMeter,
    }),
  ],
}
