import {
  type ClientRetriesOptions,
  checkClientRetries,
  type HashTagOptions,
  lostConnection,
  ownOptions,
  REDIS_SCRIPT,
  type RedisStoreOptions,
  ScriptStore,
  tagsFor,
} from '@rl/redis-script'
import { isSentinel, nodeRedisRetries } from './client-retries.ts'

/** What is called of a node-redis client, cluster, sentinel or pool. */
export interface NodeRedisClient {
  /** Whether it was connected, and not closed since. */
  readonly isOpen?: boolean
  /** Whether it has a connection. */
  readonly isReady?: boolean
  readonly commandOptions?: object | undefined
  evalSha(sha: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  del(keys: string[]): Promise<unknown>
}

/**
 * Counters in Redis through node-redis (`redis`) 5 or later: `createClient`, `createCluster` or `createSentinel`. The
 * client stays yours: connect it before the first call, configure and close it as you like, best with
 * {@link recommendedOptions}. While it is not connected, calls fail as `'not-executed'`.
 *
 * @example
 * const client = await createClient({ ...recommendedOptions, url: process.env.REDIS_URL }).connect()
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new NodeRedisStore(client), limit: 100, window: '1m' })
 */
export class NodeRedisStore extends ScriptStore {
  /** @throws {OptionError} for a bad or unknown option. */
  constructor(client: NodeRedisClient, given: RedisStoreOptions & HashTagOptions & ClientRetriesOptions = {}) {
    const { hashTags, clientRetries, ...options } = ownOptions(given)
    checkClientRetries(nodeRedisRetries(client), clientRetries)
    // Clients give their classes no telling names; only a cluster knows its masters.
    const cluster = 'masters' in client
    // A Sentinel is ready while its master is not, and looks for the master only when a command comes.
    const showsConnection = !isSentinel(client)
    const send = (command: () => Promise<unknown>): Promise<unknown> =>
      showsConnection && client.isReady === false ? lostConnection({ transient: client.isOpen !== false }) : command()
    super(
      {
        evalsha: (sha, keys, args) => send(() => client.evalSha(sha, { keys, arguments: args })),
        eval: (text, keys, args) => send(() => client.eval(text, { keys, arguments: args })),
        del: (keys) => send(() => client.del(keys)),
      },
      {
        script: REDIS_SCRIPT,
        parallelism: 3,
        cluster,
        options,
        tagOf: tagsFor(cluster, hashTags),
      },
    )
  }
}
