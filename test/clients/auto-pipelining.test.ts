import { type IoredisClient, IoredisStore, recommendedClusterOptions } from '@rl/ioredis'
import { Cluster } from 'ioredis'
import { expect, test } from 'vitest'
import { PIPELINES_CLUSTERS } from '../client-version.ts'
import { refusalOf } from './adapters.ts'

const send = async (): Promise<unknown> => 'reply'
/** The option as a Cluster shows it, by its version: ioredis before 5.8 has commands of a later version, but not the option. */
const clusterOf = (options: object, commands: object): IoredisClient => ({
  ...{ isCluster: true, evalsha: send, eval: send, ...commands },
  options: { retryDelayOnFailover: 0, redisOptions: { maxRetriesPerRequest: 0 }, ...options },
})
const piped = { enableAutoPipelining: true }
const TESTED: [string, IoredisClient] = [
  'the tested version',
  new Cluster([{ port: 7000 }], { ...recommendedClusterOptions, ...piped, lazyConnect: true }),
]

test.each<[string, IoredisClient]>([
  ['5.4', clusterOf(piped, { msetex: send })],
  ['5.10', clusterOf({ ...piped, shardedSubscribers: false }, {})],
  ...(PIPELINES_CLUSTERS ? [] : [TESTED]),
])('a Cluster of ioredis %s with enableAutoPipelining is refused, as every call would fail', (_, cluster) => {
  const { option, message } = refusalOf(() => new IoredisStore(cluster))
  expect(option).toBe('client')
  expect(message).toMatch(/^client must be a Cluster without enableAutoPipelining, .* received a Cluster of an older/)
})

test.each<[string, IoredisClient]>([
  ['5.11', clusterOf({ ...piped, shardedSubscribers: false }, { msetex: send })],
  ['5.10 without enableAutoPipelining', clusterOf({ shardedSubscribers: false }, {})],
  ...(PIPELINES_CLUSTERS ? [TESTED] : []),
  ['5.4, no Cluster', { ...clusterOf(piped, {}), isCluster: false }],
])('that of ioredis %s is taken', (_, cluster) => {
  expect(new IoredisStore(cluster, { clientRetries: 'allow' })).toBeInstanceOf(IoredisStore)
})
