import { distinct, oneHot } from '../identifiers.ts'
import { BILLED, REQUEST_BYTES, REQUESTS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { type LoadedCase, loadedCase } from './loaded.ts'
import { restMeter } from './meters.ts'

const COMMON: Pick<LoadedCase, 'subjects' | 'place' | 'meter'> = {
  subjects: ['@rl/upstash', '@upstash/ratelimit', '@upstash/ratelimit, no ephemeralCache'],
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
    'Against the protocol served over a Redis on this machine. Upstash bills every command, those inside a script included. Bytes are those of the sockets, both ways.',
  plots: [
    { metric: REQUESTS, kind: 'bars' },
    { metric: BILLED, kind: 'bars' },
    { metric: REQUEST_BYTES, kind: 'bars' },
  ],
  cases: () => [
    loadedCase({ ...COMMON, name: '1 caller', callers: 1, shape: distinct(1) }),
    loadedCase({ ...COMMON, name: '64 callers, distinct ids', callers: 64, shape: distinct(64) }),
    loadedCase({ ...COMMON, name: '64 callers, one hot id', fullOnly: true, callers: 64, shape: oneHot() }),
  ],
}
