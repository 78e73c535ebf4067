import { type HashTagOptions, hashTags, REDIS_SCRIPT, type RedisStoreOptions, ScriptStore } from '@rl/redis-script'

/** What is called of a node-redis client, cluster, sentinel or pool. */
export interface NodeRedisClient {
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  del(keys: string[]): Promise<unknown>
}

/**
 * Counters in Redis through node-redis (`redis`) 5 or later: `createClient`, `createCluster` or `createSentinel`. The
 * client stays yours: connect it before the first call, configure and close it as you like.
 *
 * @example
 * const client = await createClient({ url: process.env.REDIS_URL }).connect()
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new NodeRedisStore(client), limit: 100, window: '1m' })
 */
export class NodeRedisStore extends ScriptStore {
  /** @throws {OptionError} for a bad or unknown option. */
  constructor(client: NodeRedisClient, { hashTags: tags, ...options }: RedisStoreOptions & HashTagOptions = {}) {
    super(
      {
        evalsha: (sha, keys, args) => client.evalSha(sha, { keys, arguments: args }),
        eval: (text, keys, args) => client.eval(text, { keys, arguments: args }),
        del: (keys) => client.del(keys),
      },
      // Clients give their classes no telling names; only a cluster knows its masters.
      {
        script: REDIS_SCRIPT,
        // It writes all commands of a turn together by itself, so that more of them only cost more.
        parallelism: 1,
        cluster: 'masters' in client,
        options,
        tagOf: tags === undefined ? undefined : hashTags(tags),
      },
    )
  }
}
