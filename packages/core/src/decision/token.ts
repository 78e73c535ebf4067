import type { Token } from '../contract/operations.ts'
import { runtime } from '../dispatch/runtime.ts'

const HOUR_MS = 3_600_000

interface Ending {
  readonly resetAt: number
  readonly resetAfterMs?: number
}

/**
 * A new token for an adjustment: lives until the last window ends, at most an hour after the decision. Where that is not known,
 * the end of the first window stands for it.
 */
export function newToken(windows: readonly Ending[]): Token {
  const lastEnd = Math.max(...windows.map(({ resetAt }) => resetAt))
  const decidedAt = Math.min(...windows.map(({ resetAt, resetAfterMs = 0 }) => resetAt - resetAfterMs))
  return { id: randomText() + randomText(), until: Math.min(lastEnd, decidedAt + HOUR_MS) }
}

/** About 52 random bits. */
function randomText(): string {
  return Math.floor(runtime.random() * 2 ** 52).toString(36)
}
