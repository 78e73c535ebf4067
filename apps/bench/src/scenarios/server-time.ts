import type { Take, TakeReply } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { distinct } from '../identifiers.ts'
import { SERVER_TIME } from '../metrics.ts'
import type { Case, Sample, Scenario } from '../scenario.ts'
import { openIoredis } from '../subjects/clients.ts'
import { loadedCase, onRedis } from './loaded.ts'
import { serverMeter } from './meters.ts'

const SUBJECTS = ['@rl/ioredis', 'rate-limiter-flexible, ioredis', 'rate-limit-redis, ioredis']

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
        fullOnly: callers !== 64,
        callers,
        shape: distinct(callers),
        place: onRedis,
        meter: serverMeter,
      }),
    ),
    oneTakeOf(64),
  ],
}

function oneTakeOf(size: number): Case {
  return {
    name: `one take of ${size}`,
    open: async (lab) => {
      const redis = await openIoredis(await onRedis(lab), recommendedOptions)
      const store = new IoredisStore(redis)
      const meter = await serverMeter(lab)
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
      return [{ subject: '@rl/ioredis', warmUp: async () => void (await round()), round, close }]
    },
  }
}
