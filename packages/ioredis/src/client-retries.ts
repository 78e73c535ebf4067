import type { ClientRetries } from '@rl/redis-script'

/** The options of an ioredis client that matter here. A client has all of its kind. */
export interface IoredisClientOptions {
  readonly maxRetriesPerRequest?: unknown
  readonly autoResendUnfulfilledCommands?: unknown
  readonly retryStrategy?: unknown
  readonly enableOfflineQueue?: unknown
  readonly enableAutoPipelining?: unknown
  readonly socketTimeout?: unknown
  /** Of a Cluster. */
  readonly retryDelayOnFailover?: unknown
  /** Of a Cluster: by default a node's connection that broke is not opened again. */
  readonly clusterNodeRetryStrategy?: unknown
  /** Of a Cluster: the options of the connections to its nodes. */
  readonly redisOptions?: object | undefined
}

/** How the client sends commands again, by its options. */
export function ioredisRetries(isCluster: boolean, options: IoredisClientOptions = {}): ClientRetries {
  return isCluster
    ? {
        client: 'an ioredis Cluster',
        setting: settingOfCluster(options),
        remedy: 'new Cluster(nodes, { ...recommendedClusterOptions, … }), for { retryDelayOnFailover: 0 }',
      }
    : {
        client: 'an ioredis Redis',
        setting: settingOfRedis(options, options.retryStrategy),
        remedy: 'new Redis({ ...recommendedOptions, … }), for { maxRetriesPerRequest: 0 }',
      }
}

/** Only a client that connects again by itself can send again, what it then has not dropped or rejected. */
function settingOfRedis(options: IoredisClientOptions, retryStrategy: unknown): string | undefined {
  const { maxRetriesPerRequest: retries, autoResendUnfulfilledCommands } = options
  if (typeof retryStrategy !== 'function' || autoResendUnfulfilledCommands === false) return undefined
  return retries === 0 || retries === undefined ? undefined : `maxRetriesPerRequest ${retries}`
}

function settingOfCluster(options: IoredisClientOptions): string | undefined {
  const { retryDelayOnFailover: delay, clusterNodeRetryStrategy, redisOptions } = options
  if (typeof delay === 'number' && delay > 0) return `retryDelayOnFailover ${delay}`
  // Options that the nodes leave out have ioredis's defaults.
  const node: IoredisClientOptions = { maxRetriesPerRequest: 20, ...redisOptions }
  const setting = settingOfRedis(node, clusterNodeRetryStrategy)
  return setting === undefined ? undefined : `clusterNodeRetryStrategy and ${setting}`
}
