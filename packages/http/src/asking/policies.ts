import type { Window } from '@rl/core'
import { type PolicyState, policyNames, type QuotaPolicy } from '../fields/policy.ts'
import type { Answer } from './ask.ts'

/** The shown part of a window. Periods of a calendar have no length in common. */
type Shown = Pick<Window, 'limit' | 'unit'> & { readonly windowMs?: number }

/** The policies of the limiter that was asked, as they stand after its answer. */
export function policiesOf({ question, decision, givenBack }: Answer): readonly QuotaPolicy[] {
  const { limiter, options, unit, partitionKey } = question
  const names = policyNames(limiter.name, limiter.windows)
  const counters = decision?.source === 'failure-policy' ? undefined : decision?.windows
  return limiter.windows.map((window: Shown, i) => {
    const counter = counters?.[i]
    const own = Array.isArray(options?.limit) ? options.limit[i] : options?.limit
    let state: PolicyState | undefined
    if (counter) {
      const remaining = counter.remaining + (givenBack ? counter.cost : 0)
      state = { ...counter, remaining, violated: !decision?.allowed && counter.remaining < counter.cost }
    }
    return {
      name: names[i] as string,
      limit: counter?.limit ?? own ?? window.limit,
      windowMs: window.windowMs,
      unit: unit ?? window.unit,
      partitionKey,
      state,
    }
  })
}
