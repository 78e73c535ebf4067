export const USAGE = `A small API with limits per plan: the routes and what they cost are in apps/http-api/README.md.

  api [--help]

Settings are variables of the environment:

  REDIS_URL          such as redis://127.0.0.1:6379
  API_KEYS           account:plan:key, separated by commas; plans are free and pro
  HOST               where it listens; default 127.0.0.1
  PORT               default 3000
  METRICS_PORT       where Prometheus finds the metrics of the limits, on the same host; default nowhere
  INSTANCES          how many of it run: each admits its share while Redis is away; default 1
  TRUSTED_PROXIES    addresses and ranges, separated by commas, whose X-Forwarded-For is believed; default none
  REDIS_DEADLINE_MS  how long a request waits for Redis until it is counted in memory; default 500
  HASH_SLOTS         passwords hashed at once; default 4
  GRACE_MS           how long requests in flight may take after SIGTERM; default 10000
  LOG_LEVEL          silent, warn, info, …; default info

\`pnpm api\` starts a redis-server where REDIS_URL is not set, and takes the keys free-key and pro-key where API_KEYS is not set.`

/**
 * Whether arguments ask for help.
 *
 * @throws for any other argument.
 */
export function asksForHelp(args: readonly string[]): boolean {
  const unknown = args.find((arg) => arg !== '--help' && arg !== '-h')
  if (unknown !== undefined) throw new Error(`there is no argument ${unknown}: see --help`)
  return args.length > 0
}
