import { type AdjustedWindow, type Adjustment, type AdjustReply, StoreError } from '@rl/core'
import { compactId } from '@rl/core/keys'
import type { Keys } from '../counters/keys.ts'
import type { Counter } from '../counters/scope.ts'

/**
 * Changes all the counters or none.
 *
 * @returns undefined if there is no room for the token.
 */
export function adjust(keys: Keys, adjustment: Adjustment, now: number): AdjustReply | StoreError | undefined {
  const { windows, token } = adjustment
  const scope = keys.scopes.of(adjustment.scope)
  const key = compactId(adjustment.id)
  // A token's id has no `#`.
  const tokenKey = `${token?.id}#${key}`
  const first = token && keys.recall(scope, tokenKey, now)
  if (first !== undefined) return { now, repeated: true, windows: first.windows }

  const counters = windows.map((window, i) => {
    const table = scope.find(window, i)
    const counter = table && keys.find(table, key, now)
    const isSame = counter && keys.endOf(counter) === window.resetAt && (counter.generation ?? 0) === window.generation
    return isSame ? counter : undefined
  })
  if (counters.some((counter) => counter !== undefined)) {
    const isTooMuch = (counter: Counter | undefined, i: number): boolean =>
      counter !== undefined && counter.used > Number.MAX_SAFE_INTEGER - (windows[i] as AdjustedWindow).change
    if (counters.some(isTooMuch)) return refused('the counter would exceed 2^53-1')
    if (token) {
      if (token.until <= now) return refused('the token has expired')
      if (!keys.makeRoom(1, counters, now)) return undefined
    }
  }

  const adjusted = windows.map(({ change }, i) => {
    const counter = counters[i]
    if (counter === undefined) return 'ended'
    const applied = Math.max(change, 0 - counter.used)
    counter.used += applied
    keys.used(counter)
    return { applied, used: counter.used }
  })
  if (token && adjusted.some((window) => window !== 'ended')) {
    keys.remember({ scope, key: tokenKey, windows: adjusted, place: 0 }, token.until)
  }
  return { now, repeated: false, windows: adjusted }
}

function refused(message: string): StoreError {
  return new StoreError(message, { outcome: 'not-executed' })
}
