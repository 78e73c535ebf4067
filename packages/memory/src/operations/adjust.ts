import { type Adjustment, type AdjustReply, StoreError } from '@rl/core'
import { compactId } from '@rl/core/keys'
import { type Counter, HeldToken } from '../keys/counter.ts'
import type { Keys } from '../keys/keys.ts'

/**
 * Changes all the counters or none.
 *
 * @returns undefined if there is no room for the token.
 */
export function adjust(keys: Keys, adjustment: Adjustment, now: number): AdjustReply | StoreError | undefined {
  const { scope, token } = adjustment
  const key = compactId(adjustment.id)
  // No identifier is remembered by two `#`, and no token's id has one.
  const tokenKey = `##${token?.id}#${key}`
  const held = token && (keys.get(scope, tokenKey, now) as HeldToken | undefined)
  if (held !== undefined) return { now, repeated: true, windows: held.windows }

  const first = keys.get(scope, key, now)
  const counters = adjustment.windows.map((window) => {
    const counter = first?.find(window)
    return counter?.resetAt === window.resetAt && counter.generation === window.generation ? counter : undefined
  })
  const windows = adjustment.windows.map(({ change }, i) => {
    const { used } = counters[i] ?? {}
    if (used === undefined) return 'ended'
    const applied = Math.max(change, 0 - used)
    return { applied, used: used + applied }
  })
  if (windows.some((window) => window !== 'ended' && window.used > Number.MAX_SAFE_INTEGER)) {
    return refused('the counter would exceed 2^53-1')
  }
  if (token && windows.some((window) => window !== 'ended')) {
    if (token.until <= now) return refused('the token has expired')
    if (!keys.put(scope, tokenKey, new HeldToken(token.until, windows), now, first)) return undefined
  }
  for (const [i, window] of windows.entries()) if (window !== 'ended') (counters[i] as Counter).used = window.used
  return { now, repeated: false, windows }
}

function refused(message: string): StoreError {
  return new StoreError(message, { outcome: 'not-executed' })
}
