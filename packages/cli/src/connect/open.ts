import { usageFailure } from '../failure.ts'
import type { Server } from './server.ts'
import type { Target } from './target.ts'

/** The settings of a connection. */
export interface ConnectOptions {
  readonly cluster: boolean
  readonly prefix: string
  readonly hashTags: number | undefined
  /** How long the server may take to be reached, and for each answer. */
  readonly timeoutMs: number
}

/** Connects. Client libraries are loaded only where they are used. */
export async function openServer(target: Target, options: ConnectOptions): Promise<Server> {
  if (target.kind === 'redis') {
    const { connectRedis } = await import('./redis.ts')
    return connectRedis(target, options)
  }
  if (options.cluster) throw usageFailure('--cluster is for REDIS_URL: Upstash is no Cluster')
  if (options.hashTags !== undefined) throw usageFailure('--hash-tags is for REDIS_URL: the keys in Upstash have none')
  const { connectUpstash } = await import('./upstash.ts')
  return connectUpstash(target, options.timeoutMs)
}
