import type { Take, TakeReply } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { distinct } from '../identifiers.ts'
import { SERVER_TIME } from '../metrics.ts'
import type { Case, Sample, Scenario } from '../scenario.ts'
import { openIoredis } from '../subjects/clients.ts'
import { OPEN_THREE } from '../subjects/subject.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { serverMeter } from './meters.ts'

const OURS = '@rl/ioredis'
const FLEXIBLE = 'rate-limiter-flexible, ioredis'
const SUBJECTS = [OURS, FLEXIBLE, 'rate-limiter-flexible, ioredis autopipelining', 'rate-limit-redis, ioredis']

export const serverTime: Scenario = {
  name: 'server-time',
  title: 'Server time',
  about:
    "The time redis-server's one thread spends in scripts for a decision, by `INFO commandstats`, and how many commands carry one. `one take of 64` calls the store itself with 64 identifiers at a time.",
  plots: [{ metric: SERVER_TIME, kind: 'bars' }],
  cases: () => [
    ...[1, 64, 512].map((callers) =>
      loadedCase({
        name: `${callers} ${callers === 1 ? 'caller' : 'callers'}`,
        subjects: SUBJECTS,
        fullOnly: callers === 512,
        callers,
        shape: distinct(callers),
        place: onRedis,
        meter: async (lab) => serverMeter(await lab.redis()),
      }),
    ),
    loadedCase({
      name: '1 caller, three windows',
      subjects: [OURS, FLEXIBLE],
      callers: 1,
      shape: distinct(1),
      policy: OPEN_THREE,
      place: onRedis,
      meter: async (lab) => serverMeter(await lab.redis()),
    }),
    oneTakeOf(64),
  ],
}

function oneTakeOf(size: number): Case {
  return {
    name: `one take of ${size}`,
    open: async (lab) => {
      const redis = await openIoredis(await onRedis(lab), recommendedOptions)
      const store = new IoredisStore(redis)
      const meter = serverMeter(await lab.redis())
      const windows = [{ limit: 1e9, windowMs: 20 * 86_400_000, anchor: 'epoch' as const }]
      const takes = distinct(size).ids.map(
        (id): Take => ({ kind: 'take', scope: 'api', id, windows, costs: [1], times: 1 }),
      )
      const round = async (): Promise<Sample> => {
        const read = await meter()
        const end = performance.now() + lab.plan.roundMs
        let decisions = 0
        while (performance.now() < end) {
          const replies = (await store.apply(takes)) as readonly (TakeReply | Error)[]
          if (replies.some((reply) => reply instanceof Error || reply.timesTaken !== 1))
            throw new Error('a take failed')
          decisions += size
        }
        return read(decisions)
      }
      const close = async (): Promise<void> => redis.disconnect()
      return [{ subject: OURS, warmUp: async () => void (await round()), round, close }]
    },
  }
}
