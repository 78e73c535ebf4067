import type { CalendarWindow, Window } from '@rl/core'

/** A quota policy, one for each window of each limiter, and where the request's partition of it stands. */
export interface QuotaPolicy {
  readonly name: string
  /** Units per window. */
  readonly limit: number
  /** `undefined` for a period of a calendar, as such periods differ in length. */
  readonly windowMs: number | undefined
  /** Of the units; `undefined` for requests. */
  readonly unit: string | undefined
  /** The partition's name for outsiders. */
  readonly partitionKey: Uint8Array | undefined
  /** `undefined` where no counter was asked or none could answer. */
  readonly state: PolicyState | undefined
}

/** Where a partition of a policy stands. */
export interface PolicyState {
  /** Units left. */
  readonly remaining: number
  /** Milliseconds since the epoch, by the store's clock. */
  readonly resetAt: number
  /** Milliseconds until then, by the store's clock. */
  readonly resetAfterMs: number
  /** Whether this is what keeps the request out. */
  readonly violated: boolean
}

/** A policy whose state is known. */
export type KnownPolicy = QuotaPolicy & { readonly state: PolicyState }

/**
 * The policy that formats with room for only one show: the violated one that lasts longest, else the one with the least left.
 */
export function closestToLimit(policies: readonly QuotaPolicy[]): KnownPolicy | undefined {
  let closest: KnownPolicy | undefined
  for (const policy of policies) {
    const { state } = policy
    if (state !== undefined && (closest === undefined || isCloser(state, closest.state))) closest = { ...policy, state }
  }
  return closest
}

function isCloser(a: PolicyState, b: PolicyState): boolean {
  if (a.violated !== b.violated) return a.violated
  return a.violated ? a.resetAfterMs > b.resetAfterMs : a.remaining < b.remaining
}

/**
 * A policy's name as its clients know it, in fields and in problem details. A structured field's string is made of printable
 * ASCII; what else a name holds is percent-encoded.
 */
export function asciiOf(name: string): string {
  return name.replace(/[^ -~]+/g, encodeURIComponent)
}

/** From long to short. */
const UNITS = Object.entries({ d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 })

/**
 * The policy names of a limiter: its own, and after it, where it has several windows, what tells them apart (`api-1m`). Where
 * windows of a calendar differ in their time zone alone, all but the first have it in their names (`api-day-UTC`).
 */
export function policyNames(name: string, windows: readonly Window[]): readonly string[] {
  if (windows.length === 1) return [name]
  return windows.map(labelOf).map((label, i, labels) => {
    const isRepeat = labels.indexOf(label) < i
    return `${name}-${label}${isRepeat ? `-${(windows[i] as CalendarWindow).timeZone}` : ''}`
  })
}

function labelOf(window: Window): string {
  const unit = window.unit ? `-${window.unit}` : ''
  if (window.anchor === 'calendar') return `${window.period}${unit}`
  const { windowMs, anchor } = window
  const [suffix, ms] = UNITS.find(([, each]) => windowMs % each === 0) as [string, number]
  return `${windowMs / ms}${suffix}${anchor === 'epoch' ? '' : `-${anchor}`}${unit}`
}
