/** The Redis clients that an instance may use. */
export type RedisClient = 'ioredis' | 'node-redis'

export interface UpstashTarget {
  readonly kind: 'upstash'
  readonly url: string
  readonly token: string
}

/** Where an instance keeps its counters, and through which client. Plain data, as it travels to child processes. */
export type Target = { readonly kind: RedisClient; readonly url: string } | UpstashTarget

/** The server as it may be printed: without the credentials that its URL may hold. */
export function serverName({ kind, url }: Target): string {
  const { hostname, port } = new URL(url)
  if (kind !== 'upstash') return `Redis at ${hostname}:${port || 6379}`
  return `Upstash at ${hostname}${port && `:${port}`}`
}
