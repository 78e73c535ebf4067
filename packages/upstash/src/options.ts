/**
 * Options of an `@upstash/redis` client under which a call is never run twice: by default it sends a failed request again
 * up to five times, and the script may have run already.
 *
 * @example const redis = Redis.fromEnv({ ...recommendedOptions })
 */
export const recommendedOptions: { readonly retry: { readonly retries: 0 } } = { retry: { retries: 0 } }
