import type { FixedWindow, Take, Window } from '@rl/core'

/** A window that lasts as long as a test. */
export const DAY: Window & FixedWindow = { limit: 100, windowMs: 86_400_000, anchor: 'first-hit' }

export function take(
  id: string,
  options: { limit?: number; costs?: readonly number[]; windows?: readonly Window[] } = {},
): Take {
  const { limit = 100, costs = [1], windows = [{ ...DAY, limit }] } = options
  return { kind: 'take', scope: 'api', id, times: 1, costs, windows }
}
