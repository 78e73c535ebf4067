import { Accounts } from './accounts.ts'

/** The settings of the environment. */
export interface Settings {
  readonly redisUrl: string
  readonly accounts: Accounts
  readonly host: string
  readonly port: number
  /** Where Prometheus finds the metrics, apart from what clients can reach. Undefined: nowhere, and nothing is measured. */
  readonly metricsPort: number | undefined
  /** How many instances of this API run: while Redis is away, each admits its share. */
  readonly instances: number
  /** Proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[]
  /** How long a request waits for Redis until it is counted in memory. */
  readonly redisDeadlineMs: number
  /** How many passwords are hashed at once. */
  readonly hashSlots: number
  /** How long requests in flight may take after SIGTERM. */
  readonly graceMs: number
  readonly logLevel: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws naming the variable that is missing or wrong. */
export function settingsFrom(env: Environment): Settings {
  return {
    redisUrl: needed(env, 'REDIS_URL'),
    accounts: Accounts.parse(needed(env, 'API_KEYS')),
    host: env.HOST ?? '127.0.0.1',
    port: integer(env, 'PORT', 3000, 0),
    metricsPort: env.METRICS_PORT === undefined ? undefined : integer(env, 'METRICS_PORT', 0, 0),
    instances: integer(env, 'INSTANCES', 1, 1),
    trustedProxies: env.TRUSTED_PROXIES?.split(',').map((each) => each.trim()) ?? [],
    redisDeadlineMs: integer(env, 'REDIS_DEADLINE_MS', 500, 1),
    hashSlots: integer(env, 'HASH_SLOTS', 4, 0),
    graceMs: integer(env, 'GRACE_MS', 10_000, 0),
    logLevel: env.LOG_LEVEL ?? 'info',
  }
}

function needed(env: Environment, name: string): string {
  const value = env[name]
  if (!value) throw new Error(`${name} is missing`)
  return value
}

function integer(env: Environment, name: string, byDefault: number, least: number): number {
  const value = Number(env[name] ?? byDefault)
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} must be an integer from ${least}, but is ${JSON.stringify(env[name])}`)
  return value
}
