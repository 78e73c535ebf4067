import type { Take } from '@rl/core'

/** A list of one take, for tests of what becomes of a command. */
export const TAKES: readonly Take[] = [
  {
    kind: 'take',
    scope: 'api',
    id: 'user_123',
    windows: [{ limit: 10, windowMs: 60_000, anchor: 'epoch' }],
    costs: [1],
    times: 1,
  },
]
