/** Where an instance keeps its counters, and through which client. Plain data, as it travels to child processes. */
export type Target =
  | { readonly kind: 'memory' }
  | { readonly kind: 'ioredis' | 'node-redis'; readonly url: string }
  | { readonly kind: 'upstash'; readonly url: string; readonly token: string }

/** A target that other processes can reach too. */
export type ServerTarget = Exclude<Target, { kind: 'memory' }>

/** The server as it may be printed: without the credentials that its URL may hold. */
export function serverName({ kind, url }: ServerTarget): string {
  const { hostname, port } = new URL(url)
  if (kind !== 'upstash') return `Redis at ${hostname}:${port || 6379}`
  return `Upstash at ${hostname}${port && `:${port}`}`
}
