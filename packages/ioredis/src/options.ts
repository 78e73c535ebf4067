/**
 * Options of an ioredis `Redis` under which a call is never run twice: by default ioredis sends a command again when the
 * connection broke before its reply came, and the script may have run already.
 *
 * @example const redis = new Redis({ ...recommendedOptions, host: '127.0.0.1' })
 */
export const recommendedOptions: { readonly maxRetriesPerRequest: 0 } = { maxRetriesPerRequest: 0 }

/**
 * The same for an ioredis `Cluster`, whose own retries follow a failed connection.
 *
 * @example const cluster = new Cluster(nodes, { ...recommendedClusterOptions })
 */
export const recommendedClusterOptions: { readonly retryDelayOnFailover: 0 } = { retryDelayOnFailover: 0 }
