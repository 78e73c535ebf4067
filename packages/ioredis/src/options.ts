import { reconnectDelay } from '@rl/redis-script'
import type { ReplyTimeoutOptions } from './reply-timeout.ts'

/** See {@link recommendedOptions}. Times in milliseconds. */
export interface RecommendedOptions {
  /**
   * A command whose reply was lost rejects at once and is not sent again. A command that waits for a connection rejects
   * after one failed attempt to connect; by default after twenty.
   */
  readonly maxRetriesPerRequest: 0
  /** Connects again within 0.4 s of the server's return (`reconnectDelay`); by default up to 5.2 s. */
  readonly retryStrategy: (attempt: number) => number
  /** Gives up an attempt to connect without an answer, such as in a network that drops packets; by default after 10 s. */
  readonly connectTimeout: 1000
  /** How often a server that is still loading its data is asked whether it is done; by default up to every 10 s. */
  readonly maxLoadingRetryTime: 200
  /** Asks the Sentinels again within 0.4 s when none answered; by default up to 1 s. */
  readonly sentinelRetryStrategy: (attempt: number) => number
  /** Tries the next Sentinel when one hangs; by default ioredis waits forever. */
  readonly sentinelCommandTimeout: 1000
}

/**
 * Options of an ioredis `Redis`, also with Sentinels, under which a call is never run twice and a server that is back is
 * found within a second. By default ioredis sends a command again when the connection broke before its reply came, and the
 * script may have run already.
 *
 * @example const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', recommendedOptions)
 */
export const recommendedOptions: RecommendedOptions = {
  maxRetriesPerRequest: 0,
  retryStrategy: reconnectDelay,
  connectTimeout: 1000,
  maxLoadingRetryTime: 200,
  sentinelRetryStrategy: reconnectDelay,
  sentinelCommandTimeout: 1000,
}

/** See {@link recommendedClusterOptions}. */
export interface RecommendedClusterOptions {
  /** A command whose connection broke is not sent again, to any node. */
  readonly retryDelayOnFailover: 0
  /** Looks for the Cluster again within 0.4 s (`reconnectDelay`); by default up to 2 s. */
  readonly clusterRetryStrategy: (attempt: number) => number
  /** For the connections to the nodes, for the same reasons. To add your own: `{ ...recommendedClusterOptions.redisOptions, … }`. */
  readonly redisOptions: Pick<RecommendedOptions, 'maxRetriesPerRequest' | 'connectTimeout' | 'maxLoadingRetryTime'> & {
    /**
     * Ends a connection on which a reply is overdue, and connects again; by default never, so that a half-open connection
     * lasts for minutes. Less than the limiter's default `deadlineMs` of 1000, so that calls succeed again within a
     * second: with another deadline, change this too. Blocking commands such as BLPOP need another client. For a `Redis`
     * the store does the same at less cost: {@link ReplyTimeoutOptions}.
     */
    readonly socketTimeout: 700
  }
}

/**
 * The same for an ioredis `Cluster`, whose own retries follow a failed connection.
 *
 * @example const cluster = new Cluster(nodes, { ...recommendedClusterOptions })
 */
export const recommendedClusterOptions: RecommendedClusterOptions = {
  retryDelayOnFailover: 0,
  clusterRetryStrategy: reconnectDelay,
  redisOptions: { maxRetriesPerRequest: 0, connectTimeout: 1000, socketTimeout: 700, maxLoadingRetryTime: 200 },
}
