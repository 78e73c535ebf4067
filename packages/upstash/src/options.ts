/** See {@link recommendedOptions}. */
export interface RecommendedOptions {
  /** A failed request is not sent again; by default up to five times. */
  readonly retry: { readonly retries: 0 }
  /**
   * Ends a request after 1000 ms, the limiter's default `deadlineMs`; by default never, so that requests to a silent server
   * outlive their calls, and each keeps a socket. With a longer deadline, set as long a time. It must be a function: with a
   * plain signal, @upstash/redis answers an aborted request as if it had succeeded.
   */
  readonly signal: () => AbortSignal
}

/**
 * Options of an `@upstash/redis` client under which a call is never run twice and no request outlives its call. By default
 * the client sends a failed request again, and the script may have run already.
 *
 * @example const redis = Redis.fromEnv({ ...recommendedOptions })
 * @example const redis = Redis.fromEnv({ ...recommendedOptions, signal: () => AbortSignal.timeout(5000) })
 */
export const recommendedOptions: RecommendedOptions = {
  retry: { retries: 0 },
  signal: () => AbortSignal.timeout(1000),
}
