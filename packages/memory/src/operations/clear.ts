import type { Clear, ClearReply } from '@rl/core'
import { compactId } from '@rl/core/keys'
import type { Keys } from '../keys/keys.ts'

/** Ends first-hit counters, and leaves the others with the next generation until their windows end. */
export function clear(keys: Keys, { scope, id, windows }: Clear, now: number): ClearReply {
  const key = compactId(id)
  const first = keys.get(scope, key, now)
  for (const window of windows) first?.find(window)?.clear()
  if (keys.get(scope, key, now) === undefined) keys.delete(scope, key)
  return { now }
}
