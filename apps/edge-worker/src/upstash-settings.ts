/** The platform's environment, by name. */
export type UpstashSettings = {
  readonly UPSTASH_REDIS_REST_URL: string
  readonly UPSTASH_REDIS_REST_TOKEN: string
  /** Requests per client and minute. Default 100. */
  readonly REQUESTS_PER_MINUTE?: string
  /** How long a request may wait for Upstash before it is answered with 503, in milliseconds. Default 1000. */
  readonly UPSTASH_DEADLINE_MS?: string
}
