import { bareCluster, bareIoredis, bareNodeRedis } from './bare.ts'
import { oursInMemory, oursOnCluster, oursOnIoredis, oursOnNodeRedis, oursOnUpstash } from './ours.ts'
import { rateLimitRedis } from './rate-limit-redis.ts'
import { flexibleInMemory, flexibleOnCluster, flexibleOnIoredis, flexibleOnNodeRedis } from './rate-limiter-flexible.ts'
import type { Place, Policy, Subject } from './subject.ts'
import { upstashRatelimit } from './upstash-ratelimit.ts'

type Open = (label: string, place: Place, policy: Policy) => Promise<Subject>

/** Every subject, by the name that tables and plots show. */
const SUBJECTS: Readonly<Record<string, Open>> = {
  '@rl/ioredis': oursOnIoredis,
  '@rl/ioredis, denyCache': (label, place, policy) => oursOnIoredis(label, place, policy, { denyCache: true }),
  '@rl/ioredis, lease': (label, place, policy) => oursOnIoredis(label, place, policy, { lease: true }),
  '@rl/ioredis, Cluster': oursOnCluster,
  '@rl/ioredis, Cluster, hashTags: 3': (label, place, policy) => oursOnCluster(label, place, policy, { hashTags: 3 }),
  '@rl/node-redis': oursOnNodeRedis,
  '@rl/memory': oursInMemory,
  '@rl/upstash': oursOnUpstash,
  '@rl/upstash, denyCache': (label, place, policy) => oursOnUpstash(label, place, policy, { denyCache: true }),
  'rate-limiter-flexible, ioredis': flexibleOnIoredis,
  'rate-limiter-flexible, ioredis autopipelining': (label, place, policy) =>
    flexibleOnIoredis(label, place, policy, { autopipelining: true }),
  'rate-limiter-flexible, ioredis, inMemoryBlock': (label, place, policy) =>
    flexibleOnIoredis(label, place, policy, { block: true }),
  'rate-limiter-flexible, ioredis Cluster': flexibleOnCluster,
  'rate-limiter-flexible, node-redis': flexibleOnNodeRedis,
  'rate-limiter-flexible, memory': flexibleInMemory,
  'rate-limit-redis, ioredis': rateLimitRedis,
  '@upstash/ratelimit': (label, place, policy) => upstashRatelimit(label, place, policy, { cache: true }),
  '@upstash/ratelimit, no ephemeralCache': (label, place, policy) =>
    upstashRatelimit(label, place, policy, { cache: false }),
  'bare EVALSHA, ioredis': bareIoredis,
  'bare EVALSHA, ioredis Cluster': bareCluster,
  'bare EVALSHA, node-redis': bareNodeRedis,
}

export async function openSubject(label: string, place: Place, policy: Policy): Promise<Subject> {
  const open = SUBJECTS[label]
  if (open === undefined) throw new Error(`there is no subject ${label}`)
  return open(label, place, policy)
}
