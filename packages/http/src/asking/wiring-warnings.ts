import type { Decision, RateLimiter } from '@rl/core'
import { warnOnce } from '../warn-once.ts'

/** An application has fewer limiters of one name than this; one that makes them for each request soon has more. */
const MANY = 100

const seen = new WeakSet<RateLimiter>()
let countByName = new Map<string, number>()

/** A limiter made for each request loses its leases and, over its own `MemoryStore`, its counters: nothing is limited. */
export function warnOfNewLimiters(limiter: RateLimiter): void {
  if (seen.has(limiter)) return
  seen.add(limiter)
  if (countByName.size >= 1000) countByName = new Map() // so that memory stays bounded
  const count = (countByName.get(limiter.name) ?? 0) + 1
  countByName.set(limiter.name, count)
  if (count < MANY) return
  warnOnce(
    `${MANY} limiters with the name ${JSON.stringify(limiter.name)} were made. Make each once, at the start, not for each ` +
      'request.',
  )
}

interface Asked {
  readonly limiter: RateLimiter
  readonly decision: Decision
}

/** A limiter that is asked twice about one request under one key charges the request twice. */
export function warnOfRepeats(before: readonly Asked[], after: readonly Asked[]): void {
  for (const { limiter, decision } of after) {
    const isRepeat = before.some((other) => other.limiter === limiter && other.decision.id === decision.id)
    if (!isRepeat) continue
    warnOnce(
      `the limiter ${JSON.stringify(limiter.name)} was asked twice about one request under the same key, so the request was ` +
        'charged twice. Use its middleware once for each route, or another limiter.',
    )
  }
}
