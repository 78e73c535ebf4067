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
  /** On the same store, each for its share of the identifiers. Default 1. */
  readonly limiters?: number
}

export async function oursOnIoredis(label: string, place: Place, policy: Policy, local: Local = {}): Promise<Subject> {
  const redis = await openIoredis(place, recommendedOptions)
  return ours(label, new IoredisStore(redis), policy, local, async () => redis.disconnect())
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

function ours(
  label: string,
  store: CounterStore,
  { windows }: Policy,
  local: Local,
  close: () => Promise<void>,
): Subject<Decision> {
  const common = {
    deadlineMs: DEADLINE_MS,
    store,
    windows: windows.map(({ limit, seconds }) => ({ limit, window: seconds * 1000 })),
  }
  const names = Array.from({ length: local.limiters ?? 1 }, (_, i) => (i === 0 ? 'api' : `api${i}`))
  const limiters = names.map((name) => new FixedWindowRateLimiter({ ...common, name, fastPaths: fastPathsOf(local) }))
  // Ask the store itself, whatever the others answer from.
  const auditors = names.map((name) => new FixedWindowRateLimiter({ ...common, name }))
  const [first] = limiters
  return {
    label,
    take: limiters.length === 1 && first ? (id) => first.limit(id) : (id) => limiterOf(limiters, id).limit(id),
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
