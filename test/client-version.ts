/**
 * Whether the client that these tests run with is at least of this version. That is the installed one, the newest, unless the
 * compatibility run of `apps/client-versions` has put another in its place.
 */
export function isAtLeast(client: 'ioredis' | 'redis', version: string): boolean {
  const { [client]: tested } = JSON.parse(process.env.RL_CLIENT_VERSIONS ?? '{}') as Readonly<Record<string, string>>
  return tested === undefined || tested.localeCompare(version, 'en', { numeric: true }) >= 0
}

/** Whether a Cluster of this ioredis works under `enableAutoPipelining`. The store refuses others. */
export const PIPELINES_CLUSTERS: boolean = isAtLeast('ioredis', '5.11.0')

/** Whether a Sentinel of this node-redis lets rejected calls be. The store warns of others. */
export const DROPS_REJECTED_CALLS: boolean = isAtLeast('redis', '6.2.1')
