import type { Adjustment, AdjustReply, StoreError } from '@rl/core'
import { compactId } from '@rl/core/keys'
import { type Counter, HeldToken } from '../keys/counter.ts'
import type { Keys } from '../keys/keys.ts'
import { refusal } from '../refusal.ts'

/** Changes all the counters or none. */
export function adjust(keys: Keys, adjustment: Adjustment, now: number): AdjustReply | StoreError {
  const { scope, token } = adjustment
  const key = compactId(adjustment.id)
  // No identifier is remembered by two `#`, and no token's id has one.
  const tokenKey = `##${token?.id}#${key}`
  const held = token && (keys.get(scope, tokenKey, now) as HeldToken | undefined)
  if (held !== undefined) return { now, repeated: true, windows: held.windows }

  const first = keys.get(scope, key, now)
  const changes: { readonly counter: Counter; readonly used: number }[] = []
  const windows = adjustment.windows.map((window) => {
    const counter = first?.find(window)
    if (counter?.resetAt !== window.resetAt || counter.generation !== window.generation) return 'ended'
    const applied = Math.max(window.change, 0 - counter.used)
    const used = counter.used + applied
    changes.push({ counter, used })
    return { applied, used }
  })
  if (changes.some(({ used }) => used > Number.MAX_SAFE_INTEGER)) return refusal('the counter would exceed 2^53-1')
  if (token && changes.length > 0) {
    if (token.until <= now) return refusal('the token has expired')
    const full = keys.put(scope, tokenKey, new HeldToken(token.until, windows), now, first)
    if (full) return full
  }
  for (const { counter, used } of changes) counter.used = used
  return { now, repeated: false, windows }
}
