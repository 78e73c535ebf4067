import { denyCache, lease } from '../../../src/fast-paths/index.ts'
import {
  type Anchor,
  type BreakerOptions,
  type FastPathFactory,
  FixedWindowRateLimiter,
  type OnStoreError,
  type UnitWindowOptions,
} from '../../../src/index.ts'
import type { Call } from '../journal.ts'
import type { Group } from './group.ts'
import type { Random } from './random.ts'

export interface ActorWindow {
  readonly limit: number
  readonly window: number
  readonly anchor: Anchor
  readonly unit?: string
}

/** The units that an admitted call took, and those asked back. */
export interface Refundable {
  readonly call: Call
  readonly left: number[]
  /** Changes of one decision run one after the other. Here, one at a time is asked for. */
  isChanging: boolean
}

/** A limiter of the history, and how it was set up. */
export interface Actor {
  readonly index: number
  readonly name: string
  readonly limiter: FixedWindowRateLimiter<OnStoreError>
  readonly windows: readonly ActorWindow[]
  readonly group: Group
  readonly fallback: Group | undefined
  readonly fallbackShare: number
  /** How long a call may take with each of its stores. */
  readonly deadlineMs: number
  readonly policy: 'throw' | 'allow' | 'deny' | 'fallback'
  readonly lease: { readonly share: number; readonly maxAgeMs: number } | undefined
  readonly denyCache: { readonly maxAgeMs: number } | undefined
  readonly refundables: Refundable[]
}

export function newActor(
  index: number,
  name: string,
  windows: readonly ActorWindow[],
  group: Group,
  fallback: Group | undefined,
  breaker: BreakerOptions | false,
  prefetched: WeakMap<object, number>,
  hasLease: boolean,
  random: Random,
): Actor {
  const leaseOptions = hasLease
    ? { share: random.pick([0.1, 0.5, 1]), maxAgeMs: random.pick([5, 50, 1000, 1000]) }
    : undefined
  const denyOptions = random.chance(0.3) ? { maxAgeMs: random.pick([5, 50, 1000]) } : undefined
  const fastPaths: FastPathFactory[] = []
  if (leaseOptions !== undefined)
    fastPaths.push(watched(lease({ ...leaseOptions, maxKeys: random.pick([2, 100]) }), prefetched))
  if (denyOptions !== undefined) fastPaths.push(denyCache({ ...denyOptions, maxKeys: random.pick([2, 100]) }))
  const policy = fallback === undefined ? random.pick(['throw', 'throw', 'allow', 'deny'] as const) : 'fallback'
  const deadlineMs = random.pick([20, 80, 300, 1000])
  const fallbackShare = random.pick([1, 0.5, 0.3])
  const limiter = new FixedWindowRateLimiter<OnStoreError>({
    name,
    store: random.pick(group.stores),
    windows: windows as readonly UnitWindowOptions[],
    deadlineMs,
    onStoreError: policy === 'fallback' ? ((fallback as Group).stores[0] ?? 'throw') : policy,
    fallbackShare,
    breaker,
    fastPaths,
  })
  return {
    index,
    name,
    limiter,
    windows,
    group,
    fallback,
    fallbackShare,
    deadlineMs: fallback === undefined ? deadlineMs : deadlineMs / 2,
    policy,
    lease: leaseOptions,
    denyCache: denyOptions,
    refundables: [],
  }
}

/** Writes down how many times of a take are prefetched. */
function watched(make: FastPathFactory, prefetched: WeakMap<object, number>): FastPathFactory {
  return (owner) => {
    const path = make(owner)
    return {
      answer: (asked, at) => path.answer(asked, at),
      timesToPrefetch: (take, at) => {
        const times = path.timesToPrefetch(take, at)
        prefetched.set(take, times)
        return times
      },
      learn: (take, callers, reply, timing) => path.learn(take, callers, reply, timing),
      abandoned: (take) => path.abandoned(take),
      unservedUnits: (take, reply, at) => path.unservedUnits(take, reply, at),
      adjusted: (change, reply) => path.adjusted(change, reply),
      forget: (id) => path.forget(id),
      giveBack: () => path.giveBack(),
    }
  }
}
