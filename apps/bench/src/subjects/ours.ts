import { type CounterStore, type Decision, type FastPathFactory, FixedWindowRateLimiter } from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { recommendedOptions as recommendedUpstashOptions, UpstashStore } from '@rl/upstash'
import { openCluster, openIoredis, openNodeRedis, openUpstash } from './clients.ts'
import { limiterOf, type Place, type Policy, type Subject } from './subject.ts'

/** A machine that is busy with something else for a second must not end the run. */
const DEADLINE_MS = 30_000

interface Local {
  readonly denyCache?: boolean
  readonly lease?: boolean
}

export async function oursOnIoredis(label: string, place: Place, policy: Policy, local: Local = {}): Promise<Subject> {
  const redis = await openIoredis(place, recommendedOptions)
  const store = new IoredisStore(redis, { replyTimeoutMs: DEADLINE_MS })
  return ours(label, store, policy, local, async () => redis.disconnect())
}

export async function oursOnCluster(
  label: string,
  place: Place,
  policy: Policy,
  options: { readonly hashTags?: number } = {},
): Promise<Subject> {
  const cluster = await openCluster(place, recommendedClusterOptions)
  return ours(label, new IoredisStore(cluster, options), policy, {}, async () => cluster.disconnect())
}

export async function oursOnNodeRedis(label: string, place: Place, policy: Policy): Promise<Subject> {
  const client = await openNodeRedis(place)
  return ours(label, new NodeRedisStore(client), policy, {}, async () => client.destroy())
}

export async function oursOnUpstash(label: string, place: Place, policy: Policy, local: Local = {}): Promise<Subject> {
  const options = { ...recommendedUpstashOptions, signal: () => AbortSignal.timeout(DEADLINE_MS) }
  return ours(label, new UpstashStore(openUpstash(place, options)), policy, local, async () => {})
}

export async function oursInMemory(label: string, _: Place, policy: Policy): Promise<Subject> {
  return ours(label, new MemoryStore(), policy, {}, async () => {})
}

/** A limiter over any store. */
export function ours(
  label: string,
  store: CounterStore,
  { windows, limiters: count = 1 }: Policy,
  local: Local,
  close: () => Promise<void>,
): Subject<Decision> {
  const common = {
    deadlineMs: DEADLINE_MS,
    store,
    windows: windows.map(({ limit, seconds }) => ({ limit, window: seconds * 1000 })),
  }
  const names = Array.from({ length: count }, (_, i) => (i === 0 ? 'api' : `api${i}`))
  const limiters = names.map((name) => new FixedWindowRateLimiter({ ...common, name, fastPaths: fastPathsOf(local) }))
  // Ask the store itself, whatever the others answer from.
  const auditors = names.map((name) => new FixedWindowRateLimiter({ ...common, name }))
  const [only] = limiters.length === 1 ? limiters : []
  return {
    label,
    take: (id, cost) => {
      const limiter = only ?? limiterOf(limiters, id)
      return cost === undefined ? limiter.limit(id) : limiter.limit(id, { cost })
    },
    allows: (decision) => decision.allowed,
    denies: () => false,
    takesAhead: local.lease ?? false,
    used: async (id) => {
      const decision = await limiterOf(auditors, id).peek(id)
      const last = decision.windows.at(-1)
      return last === undefined ? Number.NaN : last.limit - last.remaining
    },
    close,
  }
}

function fastPathsOf(local: Local): readonly FastPathFactory[] {
  return [...(local.lease ? [lease()] : []), ...(local.denyCache ? [denyCache()] : [])]
}
