import type { Checks } from './check.js'

/** Where the servers are. */
export interface Servers {
  readonly REDIS_URL: string
  readonly UPSTASH_REDIS_REST_URL: string
  readonly UPSTASH_REDIS_REST_TOKEN: string
}

/** Makes what a suite needs, and says what it checks and how to let go of it. */
export type Suite = (servers: Servers) => Promise<{ readonly checks: Checks; close(): Promise<void> }>
