import type { Token } from '../contract/operations.ts'
import { runtime } from '../dispatch/runtime.ts'

const HOUR_MS = 3_600_000

/**
 * A new token for an adjustment: lives until the last window ends, at most an hour after the decision. Where that is not known,
 * the end of the first window stands for it.
 */
export function newToken(windows: readonly { readonly resetAt: number }[], decidedAt: number | undefined): Token {
  const ends = windows.map(({ resetAt }) => resetAt)
  const until = Math.min(Math.max(...ends), (decidedAt ?? Math.min(...ends)) + HOUR_MS)
  return { id: newTokenId(), until }
}

/** About 104 random bits. */
export function newTokenId(): string {
  return randomText() + randomText()
}

function randomText(): string {
  return Math.floor(runtime.random() * 2 ** 52).toString(36)
}
