import { parseArgs } from 'node:util'
import { ReportableError } from './reportable-error.ts'
import type { Target } from './target.ts'

const STORES = ['memory', 'ioredis', 'node-redis', 'mixed', 'upstash'] as const
type StoreOption = (typeof STORES)[number]

const DEFAULT_REDIS_URL = 'redis://127.0.0.1:6379'

export const USAGE: string = `Shows @rl at work: a user with 100 calls per minute, then four instances that share one limit.

Usage: npx --yes pnpm@12 demo [--store <store>] [--picture <file>]

  --store memory      counters in this process, shared by four limiters (the default)
  --store ioredis     four processes on one Redis, through ioredis (the default with REDIS_URL)
  --store node-redis  the same through node-redis
  --store mixed       ioredis and node-redis in turns, on the same counters
  --store upstash     four processes over Upstash REST (the default with UPSTASH_REDIS_REST_URL)
  --picture <file>    draws part two into an SVG file
  --help, -h          this text

Environment:
  REDIS_URL                 such as redis://user:password@host:6379; default ${DEFAULT_REDIS_URL}
  UPSTASH_REDIS_REST_URL    such as https://name.upstash.io
  UPSTASH_REDIS_REST_TOKEN  the token that goes with it
  NO_COLOR                  any value: letters instead of colours
  CI                        any value: plain lines, as in a pipe

Exits with 0 when no window ever admitted more than its limit, 1 on a failure, 2 on wrong arguments.`

export interface Settings {
  readonly help: boolean
  /** A file to draw into. */
  readonly picture: string | undefined
  /** The instances take these in turns. */
  readonly targets: readonly [Target, ...Target[]]
}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws {ReportableError} for a wrong argument or variable. */
export function readSettings(args: readonly string[], env: Environment): Settings {
  const { help, picture, store } = parseArguments(args)
  const common = { help, picture }
  if (help) return { ...common, targets: [{ kind: 'memory' }] }
  switch (store ?? storeFromEnvironment(env)) {
    case 'memory':
      return { ...common, targets: [{ kind: 'memory' }] }
    case 'ioredis':
      return { ...common, targets: [{ kind: 'ioredis', url: redisUrl(env) }] }
    case 'node-redis':
      return { ...common, targets: [{ kind: 'node-redis', url: redisUrl(env) }] }
    case 'mixed':
      return {
        ...common,
        targets: [
          { kind: 'ioredis', url: redisUrl(env) },
          { kind: 'node-redis', url: redisUrl(env) },
        ],
      }
    case 'upstash':
      return { ...common, targets: [upstashTarget(env)] }
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
  if (env.REDIS_URL) return 'ioredis'
  return env.UPSTASH_REDIS_REST_URL || env.UPSTASH_REDIS_REST_TOKEN ? 'upstash' : 'memory'
}

function redisUrl(env: Environment): string {
  return checkUrl('REDIS_URL', env.REDIS_URL || DEFAULT_REDIS_URL, ['redis:', 'rediss:'])
}

function upstashTarget(env: Environment): Target {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = env
  const missing = [url ? '' : 'UPSTASH_REDIS_REST_URL', token ? '' : 'UPSTASH_REDIS_REST_TOKEN'].filter(Boolean)
  if (!url || !token) {
    throw new ReportableError(`The upstash store needs ${missing.join(' and ')}; your database's page shows both.`)
  }
  return { kind: 'upstash', url: checkUrl('UPSTASH_REDIS_REST_URL', url, ['https:', 'http:']), token }
}

/** The value is not shown: it may hold a password. */
function checkUrl(variable: string, value: string, protocols: readonly string[]): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && url.hostname !== '' && protocols.includes(url.protocol)) return value
  throw new ReportableError(`${variable} is not a URL that begins with ${protocols.join('// or ')}//.`)
}
