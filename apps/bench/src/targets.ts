import { ratio, type Summary } from '@rl/measure'
import { BILLED, BYTES, COMMANDS, DECISIONS, DELAY_P99, REQUESTS, SERVER_TIME } from './metrics.ts'
import { type Figure, type FigureAddress, findFigure, type Results } from './results.ts'

/** What was promised: a figure, or its ratio to another one, on one side of a bound. */
export interface Target {
  readonly what: string
  readonly of: FigureAddress
  readonly against?: FigureAddress
  readonly bound: Bound
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number } | { readonly under: number }

export interface Verdict {
  readonly target: Target
  /** Of the ratio, or of the figure alone; nothing if the run did not measure it. */
  readonly measured: Summary | undefined
  readonly met: boolean | undefined
}

export function judge(targets: readonly Target[], results: Pick<Results, 'scenarios'>): readonly Verdict[] {
  return targets.map((target) => {
    const measured = measure(target, results)
    return { target, measured, met: measured && meets(target.bound, measured.median) }
  })
}

export function meets(bound: Bound, value: number): boolean {
  if ('atLeast' in bound) return value >= bound.atLeast
  if ('atMost' in bound) return value <= bound.atMost
  return value < bound.under
}

/** How many times better than the bound, so that 1 is just met. */
export function margin(bound: Bound, value: number): number {
  if ('atLeast' in bound) return value / bound.atLeast
  return ('atMost' in bound ? bound.atMost : bound.under) / value
}

function measure({ of, against }: Target, results: Pick<Results, 'scenarios'>): Summary | undefined {
  const figure = findFigure(results, of)
  if (figure === undefined || against === undefined) return figure
  const other: Figure | undefined = findFigure(results, against)
  return other && ratio(figure, other)
}

/** The same case and metric, of another subject. */
function versus(what: string, of: FigureAddress, subject: string, bound: Bound): Target {
  return { what, of, against: { ...of, subject }, bound }
}

function at(scenario: string, caseName: string, subject: string, metric: string = DECISIONS): FigureAddress {
  return { scenario, case: caseName, subject, metric }
}

const FLEXIBLE = 'rate-limiter-flexible, ioredis'

export const TARGETS: readonly Target[] = [
  versus(
    'lone caller, ioredis: decisions/s against the bare client',
    at('callers', '1 caller', '@rl/ioredis'),
    'bare EVALSHA, ioredis',
    { atLeast: 0.95 },
  ),
  versus(
    'lone caller, node-redis: decisions/s against the bare client',
    at('callers', '1 caller', '@rl/node-redis'),
    'bare EVALSHA, node-redis',
    { atLeast: 0.95 },
  ),
  versus(
    '64 callers, distinct ids, ioredis: against rate-limiter-flexible',
    at('callers', '64 callers', '@rl/ioredis'),
    FLEXIBLE,
    { atLeast: 3 },
  ),
  versus(
    '512 callers, distinct ids, ioredis: against rate-limiter-flexible',
    at('callers', '512 callers', '@rl/ioredis'),
    FLEXIBLE,
    { atLeast: 6 },
  ),
  versus(
    '512 callers, distinct ids, node-redis: against rate-limiter-flexible',
    at('callers', '512 callers', '@rl/node-redis'),
    'rate-limiter-flexible, node-redis',
    { atLeast: 8 },
  ),
  {
    what: '64 callers over 16 limiters on one store: commands against one limiter',
    of: at('limiters', '64 callers', '@rl/ioredis, 16 limiters', COMMANDS),
    against: at('limiters', '64 callers', '@rl/ioredis', COMMANDS),
    bound: { atMost: 1.2 },
  },
  {
    what: '64 callers over 16 limiters on one store: decisions/s against 16 of rate-limiter-flexible',
    of: at('limiters', '64 callers', '@rl/ioredis, 16 limiters'),
    against: at('limiters', '64 callers', 'rate-limiter-flexible, 16 limiters'),
    bound: { atLeast: 4.5 },
  },
  versus(
    '512 callers, one hot id: against rate-limiter-flexible',
    at('skew', '512 callers, one hot id', '@rl/ioredis'),
    FLEXIBLE,
    { atLeast: 40 },
  ),
  {
    what: 'server time per decision in batches of 64: against rate-limiter-flexible',
    of: at('server-time', 'one take of 64', '@rl/ioredis', SERVER_TIME),
    against: at('server-time', '64 callers', FLEXIBLE, SERVER_TIME),
    bound: { atMost: 0.35 },
  },
  versus(
    'three windows, 512 callers: against rate-limiter-flexible’s union of three',
    at('windows', '512 callers, distinct ids', '@rl/ioredis'),
    FLEXIBLE,
    { atLeast: 10 },
  ),
  {
    what: 'denied flood with the deny cache: commands sent per denied call',
    of: at('denied', '512 callers', '@rl/ioredis, denyCache', COMMANDS),
    bound: { under: 0.001 },
  },
  versus(
    'lease on, limit 1 M per minute, 512 callers: against rate-limiter-flexible',
    at('lease', '512 callers, one hot id', '@rl/ioredis, lease'),
    FLEXIBLE,
    { atLeast: 60 },
  ),
  versus(
    'MemoryStore, 512 callers: decisions/s against RateLimiterMemory',
    at('memory', '512 callers, distinct ids', '@rl/memory'),
    'rate-limiter-flexible, memory',
    { atLeast: 3 },
  ),
  versus(
    'MemoryStore: bytes per identifier against RateLimiterMemory',
    at('memory-growth', '200000 identifiers', '@rl/memory', BYTES),
    'rate-limiter-flexible, memory',
    { atMost: 0.5 },
  ),
  {
    what: 'Upstash, 64 callers: HTTP requests per decision',
    of: at('upstash', '64 callers, distinct ids', '@rl/upstash', REQUESTS),
    bound: { atMost: 1 / 50 },
  },
  versus(
    'Upstash, 64 callers: commands billed per decision against @upstash/ratelimit',
    at('upstash', '64 callers, distinct ids', '@rl/upstash', BILLED),
    '@upstash/ratelimit',
    { atMost: 1 },
  ),
  versus(
    'Cluster of 3, 512 callers, distinct ids: against rate-limiter-flexible',
    at('cluster', '512 callers', '@rl/ioredis, Cluster'),
    'rate-limiter-flexible, ioredis Cluster',
    { atLeast: 2 },
  ),
  versus(
    'the same with `hashTags: 3` in place of the default 48',
    at('cluster', '512 callers', '@rl/ioredis, Cluster, hashTags: 3'),
    'rate-limiter-flexible, ioredis Cluster',
    { atLeast: 2 },
  ),
  versus(
    'event-loop delay p99 under 512 callers: against rate-limiter-flexible',
    at('event-loop', '512 callers', '@rl/ioredis', DELAY_P99),
    FLEXIBLE,
    { atMost: 1 },
  ),
]
