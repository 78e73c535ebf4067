import { parseArgs } from 'node:util'
import { ReportableError } from './reportable-error.ts'
import type { RedisClient, UpstashTarget } from './target.ts'

const STORES = ['mixed', 'ioredis', 'node-redis', 'upstash', 'memory'] as const
type StoreOption = (typeof STORES)[number]

export const USAGE: string = `Shows @rl at work: a user with 100 calls per minute, then four instances that share one limit.

Usage: npx --yes pnpm@12 demo [--store <store>] [--picture <file>]

  --store mixed       four processes on one Redis, through ioredis and node-redis in turns (the default)
  --store ioredis     the same through ioredis alone
  --store node-redis  the same through node-redis alone
  --store upstash     four processes over Upstash REST (the default with UPSTASH_REDIS_REST_URL)
  --store memory      four limiters in this process (the default where no redis-server is found)
  --picture <file>    draws part two into an SVG file
  --help, -h          this text

Environment:
  REDIS_URL                 such as redis://user:password@host:6379; default: a redis-server that the demo starts and ends
  REDIS_SERVER_BIN          the redis-server to start; default: the one on PATH
  UPSTASH_REDIS_REST_URL    such as https://name.upstash.io
  UPSTASH_REDIS_REST_TOKEN  the token that goes with it
  NO_COLOR                  any value: letters instead of colours
  CI                        any value: plain lines, as in a pipe

Exits with 0 when no window ever admitted more than its limit, 1 on a failure, 2 on wrong arguments.`

export interface Settings {
  readonly help: boolean
  /** A file to draw into. */
  readonly picture: string | undefined
  readonly storage: Storage
}

/** Where to count. */
type Storage = { readonly kind: 'memory' } | RedisStorage | UpstashTarget

export interface RedisStorage {
  readonly kind: 'redis'
  /** The instances take these in turns. */
  readonly clients: readonly RedisClient[]
  /** Undefined: on a server that the demo starts. */
  readonly url: string | undefined
  /** Whether memory would not do in its place. */
  readonly isAskedFor: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws {ReportableError} for a wrong argument or variable. */
export function readSettings(args: readonly string[], env: Environment): Settings {
  const { help, picture, store } = parseArguments(args)
  return { help, picture, storage: help ? { kind: 'memory' } : storageOf(store, env) }
}

function storageOf(store: StoreOption | undefined, env: Environment): Storage {
  switch (store ?? storeFromEnvironment(env)) {
    case 'memory':
      return { kind: 'memory' }
    case 'upstash':
      return upstashTarget(env)
    case 'ioredis':
      return onRedis(['ioredis'])
    case 'node-redis':
      return onRedis(['node-redis'])
    case 'mixed':
      return onRedis(['ioredis', 'node-redis'])
  }

  function onRedis(clients: readonly RedisClient[]): RedisStorage {
    return { kind: 'redis', clients, url: redisUrl(env), isAskedFor: store !== undefined }
  }
}

interface Arguments {
  readonly help: boolean
  readonly picture: string | undefined
  readonly store: StoreOption | undefined
}

function parseArguments(args: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({
      // Package managers hand on the `--` that some people put before a script's own arguments.
      args: args[0] === '--' ? args.slice(1) : [...args],
      options: {
        store: { type: 'string' },
        picture: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const store = STORES.find((name) => name === values.store)
    if (values.store !== undefined && store === undefined) {
      throw new TypeError(`Unknown store ${JSON.stringify(values.store)}: choose one of ${STORES.join(', ')}`)
    }
    return { help: values.help, picture: values.picture, store }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // The first sentence says what is wrong; Node's others are about escaping.
    const [sentence] = error.message.split(/\.? (?=To specify|This command)|\n/)
    throw new ReportableError(`${sentence?.replace(/\.$/, '')}. See --help.`, 2)
  }
}

function storeFromEnvironment(env: Environment): StoreOption {
  if (env.REDIS_URL) return 'mixed'
  return env.UPSTASH_REDIS_REST_URL || env.UPSTASH_REDIS_REST_TOKEN ? 'upstash' : 'mixed'
}

function redisUrl(env: Environment): string | undefined {
  if (!env.REDIS_URL) return undefined
  const url = checkUrl('REDIS_URL', env.REDIS_URL, ['redis:', 'rediss:'])
  if (/^\/?\d*$/.test(new URL(url).pathname)) return url
  throw new ReportableError(
    'REDIS_URL has a path that is no database: end it with the port, or with a number such as /0.',
  )
}

function upstashTarget(env: Environment): UpstashTarget {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env
  const missing = [url ? '' : 'UPSTASH_REDIS_REST_URL', token ? '' : 'UPSTASH_REDIS_REST_TOKEN'].filter(Boolean)
  if (!url || !token) {
    throw new ReportableError(`The upstash store needs ${missing.join(' and ')}; your database's page shows both.`)
  }
  return { kind: 'upstash', url: checkUrl('UPSTASH_REDIS_REST_URL', url, ['https:', 'http:']), token }
}

/** The value is not shown: it may hold a password. */
function checkUrl(variable: string, value: string, protocols: readonly string[]): string {
  if (!protocols.some((protocol) => value.startsWith(`${protocol}//`)))
    throw new ReportableError(`${variable} is not a URL that begins with ${protocols.join('// or ')}//.`)
  if (URL.canParse(value) && new URL(value).hostname !== '') return value
  throw new ReportableError(
    `${variable} has no host, a wrong port, or a password whose special characters are not %-encoded.`,
  )
}
