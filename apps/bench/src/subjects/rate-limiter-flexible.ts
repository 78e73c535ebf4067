import {
  type IRateLimiterRedisOptions,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RateLimiterUnion,
} from 'rate-limiter-flexible'
import { openCluster, openIoredis, openNodeRedis } from './clients.ts'
import { lastWindow, limiterOf, onlyWindow, type Place, type Policy, type Subject } from './subject.ts'

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

/** One for each share of the identifiers, on one client. */
export async function manyFlexibleOnIoredis(
  label: string,
  place: Place,
  policy: Policy,
  count: number,
): Promise<Subject> {
  const { limit, seconds } = onlyWindow(policy)
  const redis = await openIoredis(place)
  const limiters = Array.from(
    { length: count },
    (_, i) => new RateLimiterRedis({ storeClient: redis, keyPrefix: `api${i}`, points: limit, duration: seconds }),
  )
  return {
    label,
    take: (id) => limiterOf(limiters, id).consume(id),
    allows: () => true,
    denies: isRes,
    used: async (id) => (await limiterOf(limiters, id).get(id))?.consumedPoints ?? 0,
    close: async () => redis.disconnect(),
  }
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
    take: (id) => limiter.consume(id),
    allows: () => true,
    denies: isRes,
    used: async (id) => (await limiter.get(id))?.consumedPoints ?? 0,
    close: async () => {},
  }
}

function onRedis(
  label: string,
  client: Pick<IRateLimiterRedisOptions, 'storeClient' | 'useRedisPackage' | 'inMemoryBlockOnConsumed'>,
  { windows }: Policy,
  close: () => Promise<void>,
): Subject {
  const limiters = windows.map(({ limit, seconds }, i) => {
    const keyPrefix = windows.length === 1 ? 'api' : `api${i}`
    return new RateLimiterRedis({ ...client, keyPrefix, points: limit, duration: seconds })
  })
  const last = limiters.at(-1)
  if (last === undefined) throw new Error('a policy has at least one window')
  const union = limiters.length === 1 ? last : new RateLimiterUnion(...limiters)
  return {
    label,
    take: (id) => union.consume(id),
    allows: () => true,
    denies: isRes,
    used: async (id) => (await last.get(id))?.consumedPoints ?? 0,
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
