import {
  type CounterStore,
  type FastPathFactory,
  FixedWindowRateLimiter,
  type RateLimiter,
  type WindowOptions,
} from '@rl/core'
import { denyCache, lease } from '@rl/core/fast-paths'
import { waitQueue } from '@rl/core/wait-queue'
import type { History } from '../history/operation.ts'

/** A policy of the storm, and what its callers do. Windows are short, so that many end during a storm. */
export interface Policy {
  readonly name: string
  readonly windows: readonly [WindowOptions, ...WindowOptions[]]
  /** Limits that some calls bring along, in the order of the windows. */
  readonly plans: readonly (readonly number[])[]
  /** How often an admitted call is refunded or settled, and an identifier reset. */
  readonly refunds: number
  readonly settles: number
  readonly resets: number
  /** How long calls wait for room, in milliseconds. Default: not at all. */
  readonly maxWaitMs?: number
  /** Whether calls may be answered without the store. */
  readonly local: boolean
  /** Of all calls. */
  readonly share: number
}

const LEASE_SHARE = 0.1
const FAST_PATHS: readonly FastPathFactory[] = [lease({ share: LEASE_SHARE }), denyCache()]

/** Soon closed again, so that the storm is felt. */
const BREAKER = { failures: 5, probeAfterMs: 20 }

export const POLICIES: readonly [Policy, ...Policy[]] = [
  {
    name: 'plain',
    windows: [{ limit: 60, window: 500 }],
    plans: [],
    refunds: 0,
    settles: 0,
    resets: 0,
    local: false,
    share: 0.15,
  },
  {
    name: 'pair',
    windows: [
      { limit: 30, window: 300 },
      { limit: 90, window: 1500 },
    ],
    plans: [
      [10, 40],
      [45, 90],
    ],
    refunds: 0,
    settles: 0,
    resets: 0,
    local: false,
    share: 0.3,
  },
  {
    name: 'first-hit',
    windows: [
      { limit: 80, window: 1100, anchor: 'first-hit' },
      { limit: 40, window: 400, anchor: 'first-hit' },
    ],
    plans: [],
    refunds: 0.1,
    settles: 0.1,
    resets: 0,
    local: false,
    share: 0.15,
  },
  {
    name: 'reset',
    windows: [{ limit: 25, window: 700 }],
    plans: [[35]],
    refunds: 0.05,
    settles: 0.05,
    resets: 0.01,
    local: false,
    share: 0.1,
  },
  {
    name: 'settled',
    windows: [
      { limit: 60, window: 500 },
      { limit: 150, window: 2000 },
    ],
    plans: [],
    refunds: 0.02,
    settles: 0.3,
    resets: 0,
    local: false,
    share: 0.1,
  },
  {
    name: 'waiting',
    windows: [{ limit: 20, window: 400 }],
    plans: [],
    refunds: 0.05,
    settles: 0,
    resets: 0,
    maxWaitMs: 600,
    local: false,
    share: 0.1,
  },
  {
    name: 'local',
    windows: [{ limit: 200, window: 800 }],
    plans: [],
    refunds: 0,
    settles: 0,
    resets: 0,
    local: true,
    share: 0.1,
  },
]

/** How many units of one window may be held by the clients of the policy. */
export function aheadOf({ windows: [{ limit }], local }: Policy, clients: number): History['ahead'] {
  return local ? { holders: clients, units: Math.ceil(limit * LEASE_SHARE) } : undefined
}

/** @param round Tells the counters of one round from those of the others. */
export function limiterFor(policy: Policy, store: CounterStore, round: string, deadlineMs: number): RateLimiter {
  const { name, windows, local, maxWaitMs } = policy
  const fastPaths = local ? FAST_PATHS : []
  const limiter = new FixedWindowRateLimiter({
    name: `${name}.${round}`,
    store,
    windows,
    deadlineMs,
    breaker: BREAKER,
    fastPaths,
  })
  return maxWaitMs === undefined ? limiter : waitQueue(limiter, { maxWaitMs })
}
