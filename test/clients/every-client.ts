import { Redis as UpstashRedis } from '@upstash/redis'
import { Redis as CloudflareRedis } from '@upstash/redis/cloudflare'
import { GlideClient, GlideClusterClient } from '@valkey/valkey-glide'
import { Cluster, Redis } from 'ioredis'
import { Cluster as ValkeyCluster, Redis as ValkeyRedis } from 'iovalkey'
import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from 'redis'

const io = new Redis({ lazyConnect: true })
const ioCluster = new Cluster([{ port: 7000 }], { lazyConnect: true })
const node = createClient()
const upstash = new UpstashRedis({ url: 'http://127.0.0.1:8079', token: 'secret' })

/** Real clients of each library. None is connected. */
export const CLIENTS: Readonly<
  Record<'ioredis' | 'node-redis' | 'upstash' | 'valkey-glide', Readonly<Record<string, object>>>
> = {
  ioredis: {
    'an ioredis Redis': io,
    'an ioredis Redis with Sentinels': new Redis({ lazyConnect: true, name: 'main', sentinels: [{ port: 26379 }] }),
    'an ioredis Cluster': ioCluster,
    'an iovalkey Redis': new ValkeyRedis({ lazyConnect: true }),
    'an iovalkey Cluster': new ValkeyCluster([{ port: 7000 }], { lazyConnect: true }),
  },
  'node-redis': {
    'a node-redis client': node,
    'a node-redis client with a type mapping': node.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }),
    'a node-redis pool': createClientPool(),
    'a node-redis cluster': createCluster({ rootNodes: [] }),
    'a node-redis Sentinel': createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] }),
  },
  upstash: {
    'an Upstash client': upstash,
    'an Upstash client without automatic pipelining': new UpstashRedis({
      url: 'http://127.0.0.1:8079',
      token: 'secret',
      enableAutoPipelining: false,
    }),
    'an Upstash client for Cloudflare': new CloudflareRedis({ url: 'http://127.0.0.1:8079', token: 'secret' }),
  },
  // Theirs are made with a thread each.
  'valkey-glide': {
    'a client of GLIDE': Object.create(GlideClient.prototype),
    'a Cluster client of GLIDE': Object.create(GlideClusterClient.prototype),
  },
}

/** Values that are passed by mistake in place of a client. No store takes any of them. */
export const MISTAKES: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  'a number': 6379,
  'a URL as a string': 'redis://:secret@127.0.0.1:6379',
  'a URL': new URL('redis://:secret@127.0.0.1:6379'),
  'a plain object of options': { host: '127.0.0.1', port: 6379, password: 'secret' },
  'a promise': Promise.resolve(node),
  'the class of ioredis': Redis,
  'createClient itself': createClient,
  'a pipeline of ioredis': io.pipeline(),
  'a multi of ioredis': io.multi(),
  'a pipeline of an ioredis Cluster': ioCluster.pipeline(),
  'a multi of node-redis': node.multi(),
  'a legacy client of node-redis': node.legacy(),
  'a multi of a legacy client of node-redis': node.legacy().multi(),
  'a pipeline of Upstash': upstash.pipeline(),
  'a multi of Upstash': upstash.multi(),
  'a RedisClient of Bun': { connected: false, bufferedAmount: 0, send() {}, getBuffer() {}, evalsha() {}, eval() {} },
}
