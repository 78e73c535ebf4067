import { reconnectDelay } from '@rl/redis-script'

/**
 * Marks the command options of {@link recommendedOptions}. A Sentinel shows its command options and nothing else, so this is
 * how the store sees that `maxCommandRediscovers: 0` came with them.
 */
export const RECOMMENDED: unique symbol = Symbol('recommended by @rl/node-redis')

/** See {@link recommendedOptions}. */
interface RecommendedSocketOptions {
  /** Connects again within 0.4 s of the server's return (`reconnectDelay`), for any reason; by default up to 2.2 s. */
  readonly reconnectStrategy: (retries: number) => number
  /** In milliseconds: gives up an attempt to connect without an answer; by default after 5 s. */
  readonly connectTimeout: number
}

/** See {@link recommendedOptions}. */
interface RecommendedClientOptions {
  /**
   * A command without a connection rejects at once. By default it waits for a connection, and runs after its caller gave up.
   * So connect the client before the first call.
   */
  readonly disableOfflineQueue: true
  readonly socket: RecommendedSocketOptions
}

/** See {@link recommendedOptions}. */
export interface RecommendedOptions extends RecommendedClientOptions {
  /**
   * Of a Sentinel: a command whose reply was lost is not sent again; by default up to 16 times. The first attempt to reach
   * the Sentinels is not repeated either: `connect()` rejects if it fails.
   */
  readonly maxCommandRediscovers: 0
  /**
   * In milliseconds: a command that could not be written by then rejects and is not written later; by default 5 s, in
   * version 5 never. The same as the limiter's default `deadlineMs`: with a longer deadline, set this to the same.
   */
  readonly commandOptions: { readonly timeout: number }
  /** Of a Cluster: the options of the connections to its nodes. */
  readonly defaults: RecommendedClientOptions
  /**
   * Of a Cluster, in milliseconds: asks for the masters again that long after a connection was lost; by default after 5 s.
   */
  readonly topologyRefreshOnReconnectionAttemptStrategy: number
  /** Of a Sentinel: the options of the connections to the master and the replicas. */
  readonly nodeClientOptions: RecommendedClientOptions
  /** Of a Sentinel: the options of the connections to the Sentinels. */
  readonly sentinelClientOptions: { readonly socket: { readonly connectTimeout: number } }
}

/**
 * Options of `createClient`, `createClientPool`, `createCluster` and `createSentinel` under which a call is never run twice,
 * none runs long after its caller gave up, and a server that is back is found within a second. Each uses the options it
 * knows. A client or a cluster never repeats a command whose reply was lost; a Sentinel does by default.
 *
 * To add a part of your own, spread that part too: `socket: { ...recommendedOptions.socket, tls: true }`.
 *
 * @example const client = await createClient({ ...recommendedOptions, url: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379' }).connect()
 */
export const recommendedOptions: RecommendedOptions = {
  maxCommandRediscovers: 0,
  disableOfflineQueue: true,
  topologyRefreshOnReconnectionAttemptStrategy: 500,
  // New objects each time: clients write the host and the port of their URL into them.
  get commandOptions() {
    return { timeout: 1000, [RECOMMENDED]: true }
  },
  get socket() {
    return socketOptions()
  },
  get defaults() {
    return clientOptions()
  },
  get nodeClientOptions() {
    return clientOptions()
  },
  get sentinelClientOptions() {
    return { socket: { connectTimeout: 1000 } }
  },
}

function clientOptions(): RecommendedClientOptions {
  return { disableOfflineQueue: true, socket: socketOptions() }
}

function socketOptions(): RecommendedSocketOptions {
  // The first of its retries follows a connection that worked, and comes at once.
  return { reconnectStrategy: (retries) => reconnectDelay(Math.max(retries, 1)), connectTimeout: 1000 }
}
