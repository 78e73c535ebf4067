import type { Token } from '../contract/operations.ts'
import { runtime } from '../dispatch/runtime.ts'
import type { WindowDecision } from './types.ts'

const HOUR_MS = 3_600_000

/** A new token for an adjustment of a decision: lives until the last window ends, at most an hour after the decision. */
export function newToken(windows: readonly WindowDecision[]): Token {
  const lastEnd = Math.max(...windows.map(({ resetAt }) => resetAt))
  const decidedAt = Math.min(...windows.map(({ resetAt, resetAfterMs }) => resetAt - resetAfterMs))
  return { id: randomText() + randomText(), until: Math.min(lastEnd, decidedAt + HOUR_MS) }
}

/** About 52 random bits. */
function randomText(): string {
  return Math.floor(runtime.random() * 2 ** 52).toString(36)
}
