import { distinct, oneHot } from '../identifiers.ts'
import { BILLED, REQUESTS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { type LoadedCase, loadedCase } from './loaded.ts'
import { restMeter } from './meters.ts'

const COMMON: Pick<LoadedCase, 'subjects' | 'callers' | 'place' | 'meter'> = {
  subjects: ['@rl/upstash', '@upstash/ratelimit', '@upstash/ratelimit, no ephemeralCache'],
  callers: 64,
  place: async (lab) => {
    await lab.emptyRedis()
    return (await lab.rest()).place
  },
  meter: restMeter,
}

export const upstash: Scenario = {
  name: 'upstash',
  title: 'Upstash REST',
  about:
    '64 callers, against the protocol served over a Redis on this machine. Upstash bills every command, those inside a script included.',
  plots: [
    { metric: REQUESTS, kind: 'bars' },
    { metric: BILLED, kind: 'bars' },
  ],
  cases: () => [
    loadedCase({ ...COMMON, name: '64 callers, distinct ids', shape: distinct(64) }),
    loadedCase({ ...COMMON, name: '64 callers, one hot id', fullOnly: true, shape: oneHot() }),
  ],
}
