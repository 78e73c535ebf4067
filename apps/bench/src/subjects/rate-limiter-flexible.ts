import {
  type IRateLimiterRedisOptions,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RateLimiterUnion,
} from 'rate-limiter-flexible'
import { openCluster, openIoredis, openNodeRedis } from './clients.ts'
import { lastWindow, limiterOf, needed, onlyWindow, type Place, type Policy, type Subject } from './subject.ts'

export async function flexibleOnIoredis(
  label: string,
  place: Place,
  policy: Policy,
  { autopipelining = false, block = false }: { autopipelining?: boolean; block?: boolean } = {},
): Promise<Subject> {
  const redis = await openIoredis(place, { enableAutoPipelining: autopipelining })
  const { limit } = lastWindow(policy)
  const options = block ? { inMemoryBlockOnConsumed: limit } : {}
  return onRedis(label, { storeClient: redis, ...options }, policy, async () => redis.disconnect())
}

export async function flexibleOnCluster(label: string, place: Place, policy: Policy): Promise<Subject> {
  const cluster = await openCluster(place)
  return onRedis(label, { storeClient: cluster }, policy, async () => cluster.disconnect())
}

export async function flexibleOnNodeRedis(label: string, place: Place, policy: Policy): Promise<Subject> {
  const client = await openNodeRedis(place)
  return onRedis(label, { storeClient: client, useRedisPackage: true }, policy, async () => client.destroy())
}

export async function flexibleInMemory(label: string, _: Place, policy: Policy): Promise<Subject> {
  const { limit, seconds } = onlyWindow(policy)
  const limiter = new RateLimiterMemory({ keyPrefix: 'api', points: limit, duration: seconds })
  return {
    label,
    take: (id, cost) => limiter.consume(id, cost),
    allows: () => true,
    denies: isRes,
    used: async (id) => (await limiter.get(id))?.consumedPoints ?? 0,
    close: async () => {},
  }
}

function onRedis(
  label: string,
  client: Pick<IRateLimiterRedisOptions, 'storeClient' | 'useRedisPackage' | 'inMemoryBlockOnConsumed'>,
  { windows, limiters: count = 1 }: Policy,
  close: () => Promise<void>,
): Subject {
  const limiters = Array.from({ length: count }, (_, place) => {
    const each = windows.map(({ limit, seconds }, i) => {
      const keyPrefix = `api${place === 0 ? '' : place}${i === 0 ? '' : `w${i}`}`
      return new RateLimiterRedis({ ...client, keyPrefix, points: limit, duration: seconds })
    })
    const last = needed(each.at(-1))
    return { whole: each.length === 1 ? last : new RateLimiterUnion(...each), last }
  })
  const [only] = limiters.length === 1 ? limiters : []
  return {
    label,
    take: (id, cost) => (only ?? limiterOf(limiters, id)).whole.consume(id, cost),
    allows: () => true,
    denies: isRes,
    used: async (id) => (await limiterOf(limiters, id).last.get(id))?.consumedPoints ?? 0,
    close,
  }
}

/** A union rejects with an object of those. */
function isRes(error: unknown): boolean {
  if (error instanceof RateLimiterRes) return true
  return (
    typeof error === 'object' && error !== null && Object.values(error).some((each) => each instanceof RateLimiterRes)
  )
}
