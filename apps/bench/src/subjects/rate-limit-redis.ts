import type { IncrementResponse, Options } from 'express-rate-limit'
import { RedisStore } from 'rate-limit-redis'
import { openIoredis } from './clients.ts'
import { onlyWindow, type Place, type Policy, type Subject } from './subject.ts'

/** As express-rate-limit drives its store: one `increment` a request, and the middleware compares with the limit. */
export async function rateLimitRedis(label: string, place: Place, policy: Policy): Promise<Subject> {
  const { limit, seconds } = onlyWindow(policy)
  const redis = await openIoredis(place)
  const store = new RedisStore({
    sendCommand: (command, ...args) => redis.call(command, ...args) as Promise<number[]>,
    prefix: 'rlr:',
  })
  await store.init({ windowMs: seconds * 1000 } as Options)
  const subject: Subject<IncrementResponse> = {
    label,
    take: (id) => store.increment(id),
    allows: ({ totalHits }) => totalHits <= limit,
    denies: () => false,
    // Not a number where there is no counter.
    used: async (id) => (await store.get(id))?.totalHits || 0,
    close: async () => redis.disconnect(),
  }
  return subject
}
