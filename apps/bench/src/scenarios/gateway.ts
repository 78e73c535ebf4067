import { heavyTailed, oneHot } from '../identifiers.ts'
import { DECISIONS } from '../metrics.ts'
import type { Scenario } from '../scenario.ts'
import { OPEN_TO_MILLIONS } from '../subjects/subject.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { costMeter } from './meters.ts'

const [LEAST, MOST, EXPONENT] = [200, 128_000, 1.2]

export const gateway: Scenario = {
  name: 'gateway',
  title: 'Costs that differ',
  about: `A gateway to a model: 512 callers ask for one hot identifier, each call for as many units as it has tokens. Tokens are drawn from a Pareto distribution, exponent ${EXPONENT}, from ${LEAST} to ${MOST}. Calls of different costs can’t share one take.`,
  plots: [{ metric: DECISIONS, kind: 'bars' }],
  cases: () => [
    loadedCase({
      name: '512 callers, one hot id',
      subjects: [
        '@rl/ioredis',
        'rate-limiter-flexible, ioredis',
        'rate-limiter-flexible, ioredis autopipelining',
        '@rl/node-redis',
        'rate-limiter-flexible, node-redis',
      ],
      callers: 512,
      shape: oneHot(),
      costs: heavyTailed(LEAST, MOST, EXPONENT),
      policy: OPEN_TO_MILLIONS,
      place: onRedis,
      meter: async (lab) => costMeter(await lab.redis()),
    }),
  ],
}
