import { Redis as UpstashRedis } from '@upstash/redis'
import { Cluster, Redis } from 'ioredis'
import { createClient, type RedisClientType } from 'redis'
import { needed, type Place } from './subject.ts'

interface IoredisOptions {
  readonly maxRetriesPerRequest?: number
  readonly enableAutoPipelining?: boolean
}

/** Subjects do not share connections. */
export async function openIoredis({ port }: Place, options: IoredisOptions = {}): Promise<Redis> {
  const redis = new Redis({ ...options, port: needed(port), host: '127.0.0.1' })
  await redis.ping()
  return redis
}

export async function openCluster(
  { clusterPorts }: Place,
  options: { readonly retryDelayOnFailover?: number } = {},
): Promise<Cluster> {
  const nodes = needed(clusterPorts).map((port) => ({ host: '127.0.0.1', port }))
  const cluster = new Cluster(nodes, options)
  await cluster.ping()
  return cluster
}

export async function openNodeRedis({ port }: Place): Promise<RedisClientType> {
  const client: RedisClientType = createClient({ url: `redis://127.0.0.1:${needed(port)}` })
  return client.connect()
}

export function openUpstash(
  { rest }: Place,
  options: { readonly retry?: { readonly retries: number }; readonly signal?: () => AbortSignal } = {},
): UpstashRedis {
  return new UpstashRedis({ ...needed(rest), ...options, enableTelemetry: false })
}
