import type { FixedWindow } from '@rl/core'
import type { Ask, Failure, History, Look, Operation, Refund } from '../src/history/operation.ts'

/** Histories written by hand: one identifier, one window from 1000 to 2000 by the store's clock, of 10 units. */
export const WINDOW: FixedWindow = { windowMs: 1000, anchor: 'epoch' }
export const END = 2000
const LIMIT = 10

/** When a call was invoked and when it returned. */
type Between = readonly [invoked: number, returned: number]

export function historyOf(...operations: readonly Operation[]): History {
  return { windows: [WINDOW], operations }
}

/** Admitted, with this many units used afterwards. */
export function admitted([invoked, returned]: Between, cost: number, used: number, resetAt: number = END): Ask {
  return ask('limit', [invoked, returned], cost, { allowed: true, used, resetAt })
}

/** Denied, as this many units were used. */
export function denied(between: Between, cost: number, used: number): Ask {
  return ask('limit', between, cost, { allowed: false, used, resetAt: END })
}

export function peeked(between: Between, used: number, resetAt: number = END): Ask {
  return ask('peek', between, 1, { allowed: used < LIMIT, used, resetAt })
}

export function failed([invoked, returned]: Between, cost: number, result: Failure = 'unknown'): Ask {
  return { kind: 'limit', id: 'user', cost, limits: [LIMIT], invoked, returned, result }
}

export function refunded([invoked, returned]: Between, cost: number, resetAt: number = END): Refund {
  return { kind: 'refund', id: 'user', cost, resetAts: [resetAt], invoked, returned, result: 'given' }
}

export function looked([invoked, returned]: Between, used: number, ttlMs: number = 500): Look {
  return { kind: 'look', id: 'user', invoked, returned, now: 1500, counters: [{ used, resetAt: END, ttlMs }] }
}

function ask(
  kind: Ask['kind'],
  [invoked, returned]: Between,
  cost: number,
  { allowed, used, resetAt }: { allowed: boolean; used: number; resetAt: number },
): Ask {
  const window = { limit: LIMIT, remaining: LIMIT - used, resetAt, resetAfterMs: 500 }
  const result = { allowed, source: 'store', windows: [window] } as const
  return { kind, id: 'user', cost, limits: [LIMIT], invoked, returned, result }
}
