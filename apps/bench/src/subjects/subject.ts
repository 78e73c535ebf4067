/** A library under test. `take` is the library's own call, with nothing around it. */
export interface Subject<Reply = unknown> {
  /** As tables and plots show it. */
  readonly label: string
  /** @param cost Units. Default: what the library takes by default, one. */
  take(id: string, cost?: number): Promise<Reply>
  allows(reply: Reply): boolean
  /** Whether what `take` rejected with is how the library says no. */
  denies(error: unknown): boolean
  /** Units that the storage counts for the identifier: what the answers are checked against. */
  used(id: string): Promise<number>
  /** Whether it may count units that no call has asked for yet. */
  readonly takesAhead?: boolean
  close(): Promise<void>
}

/** The limits, in whole seconds, as not all libraries know less. */
export interface Policy {
  readonly windows: readonly { readonly limit: number; readonly seconds: number }[]
  /** On the same client, each for its share of the identifiers. Default 1. */
  readonly limiters?: number
}

/**
 * Which of several limiters serves an identifier, as if there were one for each tenant or route.
 *
 * @param id Ends in `_` and its number.
 */
export function limiterOf<T>(limiters: readonly T[], id: string): T {
  const number = limiters.length === 1 ? 0 : Number(id.slice(id.lastIndexOf('_') + 1))
  return needed(limiters[number % limiters.length])
}

/** Where the servers are. */
export interface Place {
  readonly port?: number
  readonly clusterPorts?: readonly number[]
  readonly rest?: { readonly url: string; readonly token: string }
}

/** Windows so long that none ends during a run; RateLimiterMemory can't do more than 24.8 days. */
const LONG = 20 * 86_400

/** Admits everything. */
export const OPEN: Policy = { windows: [{ limit: 1e9, seconds: LONG }] }

/** Admits everything, three times over. */
export const OPEN_THREE: Policy = { windows: [3600, 86_400, LONG].map((seconds) => ({ limit: 1e9, seconds })) }

/** Admits everything, also by the million. */
export const OPEN_TO_MILLIONS: Policy = { windows: [{ limit: 1e15, seconds: LONG }] }

/** Admits everything, as many times over. */
export function openWindows(count: number): Policy {
  return { windows: Array.from({ length: count }, (_, i) => ({ limit: 1e9, seconds: LONG + i * 86_400 })) }
}

/** The flood of denied calls is against this one. */
export const TIGHT: Policy = { windows: [{ limit: 10, seconds: LONG }] }

/** The settings of measured leases. */
export const MILLION_A_MINUTE: Policy = { windows: [{ limit: 1_000_000, seconds: 60 }] }

export function lastWindow({ windows }: Policy): { readonly limit: number; readonly seconds: number } {
  const last = windows.at(-1)
  if (last === undefined) throw new Error('a policy has at least one window')
  return last
}

export function onlyWindow(policy: Policy): { readonly limit: number; readonly seconds: number } {
  if (policy.windows.length !== 1) throw new Error('this library has one window')
  return lastWindow(policy)
}

export function needed<T>(what: T | undefined): T {
  if (what === undefined) throw new Error('the case lacks what is asked for')
  return what
}
