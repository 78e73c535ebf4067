import type { Decision } from '@rl/core'

/** The record of a decision. The verdict rests on nothing else. */
export interface Answer {
  readonly allowed: boolean
  /** The window it was counted in. */
  readonly resetAt: number
}

/** A decision made from a counter, which is every decision of a limiter that throws on a store error. */
export type CountedDecision = Exclude<Decision, { source: 'failure-policy' }>

export function counted(decision: Decision): CountedDecision {
  if (decision.source === 'failure-policy') throw decision.error
  return decision
}

/** The figures of a decision that part one shows. Plain data, as it travels from child processes. */
export type ShownDecision = Pick<CountedDecision, 'allowed' | 'remaining' | 'retryAfterMs' | 'resetAt'>
