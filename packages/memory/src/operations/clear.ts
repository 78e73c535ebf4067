import type { Clear, ClearReply } from '@rl/core'
import { compactId } from '@rl/core/keys'
import type { Keys } from '../counters/keys.ts'

/** Removes first-hit counters, and leaves the others with the next generation until their windows end. */
export function clear(keys: Keys, { scope: name, id, windows }: Clear, now: number): ClearReply {
  const scope = keys.scopes.of(name)
  const key = compactId(id)
  for (const [i, window] of windows.entries()) {
    const table = scope.find(window, i)
    const counter = table && keys.find(table, key, now)
    if (counter === undefined) continue
    if (window.anchor === 'first-hit') {
      keys.remove(counter)
      continue
    }
    counter.used = 0
    counter.generation = (counter.generation ?? 0) + 1
    keys.used(counter)
  }
  return { now }
}
