import type { Bound, Target } from './judge.ts'
import {
  BILLED,
  BYTES,
  COMMANDS,
  DECISIONS,
  DELAY_P99,
  INSTRUCTIONS,
  REQUEST_BYTES,
  REQUESTS,
  SERVER_TIME,
} from './metrics.ts'
import type { FigureAddress } from './results.ts'

const US = '@rl/ioredis'
const US_NODE_REDIS = '@rl/node-redis'
/** With both ways in which ioredis sends commands. */
const FLEXIBLE = ['rate-limiter-flexible, ioredis', 'rate-limiter-flexible, ioredis autopipelining']
const FLEXIBLE_NODE_REDIS = ['rate-limiter-flexible, node-redis']
const FLEXIBLE_MEMORY = ['rate-limiter-flexible, memory']
const UPSTASH = ['@upstash/ratelimit', '@upstash/ratelimit, no ephemeralCache']
const FLEXIBLE_CLUSTER = ['rate-limiter-flexible, ioredis Cluster']

/** A figure against the best of other subjects, by default in the same case. */
function versus(
  of: FigureAddress,
  subjects: readonly string[],
  caseName: string = of.case,
): Pick<Target, 'of' | 'against'> {
  return { of, against: subjects.map((subject) => ({ ...of, case: caseName, subject })) }
}

function at(scenario: string, caseName: string, subject: string, metric: string = DECISIONS): FigureAddress {
  return { scenario, case: caseName, subject, metric }
}

function atLeast(bound: number): { readonly bound: Bound } {
  return { bound: { atLeast: bound } }
}

function atMost(bound: number): { readonly bound: Bound } {
  return { bound: { atMost: bound } }
}

export const TARGETS: readonly Target[] = [
  {
    what: 'lone caller, ioredis: decisions/s against rate-limiter-flexible',
    forUsers: 'one caller, ioredis: decisions/s',
    ...versus(at('callers', '1 caller', US), FLEXIBLE),
    ...atLeast(1),
  },
  {
    what: 'lone caller, node-redis: decisions/s against rate-limiter-flexible',
    forUsers: 'one caller, node-redis: decisions/s',
    ...versus(at('callers', '1 caller', US_NODE_REDIS), FLEXIBLE_NODE_REDIS),
    ...atLeast(1),
  },
  {
    what: 'lone caller, one window: server time against rate-limiter-flexible',
    ...versus(at('server-time', '1 caller', US, SERVER_TIME), FLEXIBLE),
    ...atMost(1.1),
  },
  {
    what: 'lone caller, one window: server instructions against rate-limiter-flexible',
    ...versus(at('instructions', 'lone take, one window', US, INSTRUCTIONS), FLEXIBLE),
    ...atMost(1.1),
  },
  {
    what: 'lone caller, three windows: server time against rate-limiter-flexible’s union',
    ...versus(at('server-time', '1 caller, three windows', US, SERVER_TIME), FLEXIBLE),
    ...atMost(0.5),
  },
  {
    what: 'lone caller, three windows: server instructions against rate-limiter-flexible’s union',
    ...versus(at('instructions', 'lone take, three windows', US, INSTRUCTIONS), FLEXIBLE),
    ...atMost(0.5),
  },
  {
    what: 'lists of 64: server time against rate-limiter-flexible',
    ...versus(at('server-time', 'one take of 64', US, SERVER_TIME), FLEXIBLE, '64 callers'),
    ...atMost(0.36),
  },
  {
    what: 'lists of 64: server instructions against rate-limiter-flexible',
    forUsers: '64 callers: instructions of the server for a decision',
    ...versus(at('instructions', 'lists of 64, one window', US, INSTRUCTIONS), FLEXIBLE),
    ...atMost(0.36),
  },
  {
    what: '64 callers, distinct ids, ioredis: against rate-limiter-flexible',
    forUsers: '64 callers, ioredis: decisions/s',
    ...versus(at('callers', '64 callers', US), FLEXIBLE),
    ...atLeast(5),
  },
  {
    what: '64 callers, distinct ids, node-redis: against rate-limiter-flexible',
    forUsers: '64 callers, node-redis: decisions/s',
    ...versus(at('callers', '64 callers', US_NODE_REDIS), FLEXIBLE_NODE_REDIS),
    ...atLeast(6),
  },
  {
    what: '512 callers, distinct ids, ioredis: against rate-limiter-flexible',
    forUsers: '512 callers, ioredis: decisions/s',
    ...versus(at('callers', '512 callers', US), FLEXIBLE),
    ...atLeast(6),
  },
  {
    what: '512 callers, 10 000 ids by turns, ioredis: against rate-limiter-flexible',
    ...versus(at('skew', '512 callers, 10 000 ids by turns', US), FLEXIBLE),
    ...atLeast(6),
  },
  {
    what: '512 callers, one hot id: against rate-limiter-flexible',
    forUsers: '512 callers for one identifier: decisions/s',
    ...versus(at('skew', '512 callers, one hot id', US), FLEXIBLE),
    ...atLeast(30),
  },
  {
    what: '512 callers, one hot id, costs that differ: against rate-limiter-flexible',
    forUsers: 'the same, costs that differ: decisions/s',
    ...versus(at('gateway', '512 callers, one hot id', US), FLEXIBLE),
    ...atLeast(5),
  },
  {
    what: 'lease on, limit 1 M per minute, 512 callers: against rate-limiter-flexible',
    forUsers: 'the same, with a lease: decisions/s',
    ...versus(at('lease', '512 callers, one hot id', `${US}, lease`), FLEXIBLE),
    ...atLeast(60),
  },
  {
    what: 'three windows, 512 callers: against rate-limiter-flexible’s union of three',
    forUsers: 'three windows at once, 512 callers: decisions/s',
    ...versus(at('windows', '512 callers, distinct ids', US), FLEXIBLE),
    ...atLeast(12),
  },
  {
    what: '64 callers over 16 limiters on one store: decisions/s against 16 of rate-limiter-flexible',
    forUsers: '64 callers over 16 limiters: decisions/s',
    ...versus(at('limiters', '16 limiters', US), FLEXIBLE),
    ...atLeast(4.5),
  },
  {
    what: '64 callers over 16 limiters on one store: commands against one limiter',
    ...versus(at('limiters', '16 limiters', US, COMMANDS), [US], '1 limiter'),
    ...atMost(1.2),
  },
  {
    what: 'denied flood with the deny cache: commands sent per denied call',
    of: at('denied', '512 callers', `${US}, denyCache`, COMMANDS),
    bound: { under: 0.001 },
  },
  {
    what: 'MemoryStore, 1 caller: decisions/s against RateLimiterMemory',
    forUsers: 'in memory, one caller: decisions/s',
    ...versus(at('memory', '1 caller, distinct ids', '@rl/memory'), FLEXIBLE_MEMORY),
    ...atLeast(1.7),
  },
  {
    what: 'MemoryStore, 512 callers: decisions/s against RateLimiterMemory',
    forUsers: 'in memory, 512 callers: decisions/s',
    ...versus(at('memory', '512 callers, distinct ids', '@rl/memory'), FLEXIBLE_MEMORY),
    ...atLeast(1.5),
  },
  {
    what: 'MemoryStore: bytes per identifier against RateLimiterMemory',
    forUsers: 'in memory: bytes per identifier',
    ...versus(at('memory-growth', '200000 identifiers', '@rl/memory', BYTES), FLEXIBLE_MEMORY),
    ...atMost(0.5),
  },
  {
    what: 'Cluster of 3, 512 callers, distinct ids: against rate-limiter-flexible',
    forUsers: 'Cluster of three, 512 callers: decisions/s',
    ...versus(at('cluster', '512 callers', `${US}, Cluster`), FLEXIBLE_CLUSTER),
    ...atLeast(3),
  },
  {
    what: 'the same with `hashTags: 3` in place of the default 48',
    ...versus(at('cluster', '512 callers', `${US}, Cluster, hashTags: 3`), FLEXIBLE_CLUSTER),
    ...atLeast(3),
  },
  {
    what: 'event-loop delay p99 under 512 callers: against rate-limiter-flexible',
    forUsers: '512 callers: event-loop delay, 99th percentile, ms',
    ...versus(at('event-loop', '512 callers', US, DELAY_P99), FLEXIBLE),
    ...atMost(0.25),
  },
  {
    what: 'Upstash, 64 callers: HTTP requests per decision',
    of: at('upstash', '64 callers, distinct ids', '@rl/upstash', REQUESTS),
    bound: { atMost: 1 / 50 },
  },
  ...['1 caller', '64 callers, distinct ids', '64 callers, one hot id'].flatMap((name): readonly Target[] => [
    {
      what: `Upstash, ${name}: commands billed per decision against @upstash/ratelimit`,
      ...(name === '64 callers, distinct ids' && { forUsers: 'Upstash, 64 callers: commands billed per decision' }),
      ...versus(at('upstash', name, '@rl/upstash', BILLED), UPSTASH),
      ...atMost(1),
    },
    {
      what: `Upstash, ${name}: bytes per HTTP request against @upstash/ratelimit`,
      ...versus(at('upstash', name, '@rl/upstash', REQUEST_BYTES), UPSTASH),
      ...atMost(1),
    },
  ]),
  ...['64 callers', '64 callers, synchronous_commit off', '64 callers, unlogged tables'].map(
    (name): Target => ({
      what: `PostgreSQL, ${name}: decisions/s against rate-limiter-flexible`,
      ...versus(at('postgres', name, '@rl/postgres'), ['rate-limiter-flexible, pg']),
      ...atLeast(3),
    }),
  ),
]
