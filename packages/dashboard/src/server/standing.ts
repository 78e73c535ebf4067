import type { Decision, Window } from '@rl/core'
import type { Operator, WindowStanding } from '@rl/core/operate'
import type { RefundReply, Standing, Units } from '../messages.ts'

/** How an identifier stands. */
export async function lookUp(operator: Operator, windows: readonly Window[], id: string): Promise<Standing> {
  const standing = await operator.lookUp(id)
  const units = new Set(windows.map(({ unit }) => unit))
  const cost = units.size > 1 ? 0 : 1 // as the limiter's own peek
  const inTheWay = standing.filter(({ used, limit }) => used + cost > limit)
  return {
    allowed: inTheWay.length === 0,
    retryAfterMs: inTheWay.some(({ limit }) => cost > limit)
      ? null
      : Math.max(0, ...inTheWay.map(({ resetAfterMs }) => resetAfterMs)),
    windows: standing.map((window) => ({ ...window, remaining: remainingOf(window) })),
  }
}

function remainingOf({ used, limit }: WindowStanding): number {
  return Math.max(0, limit - used)
}

/** A call that takes units, as calls of the app do. */
export async function tryCall(operator: Operator, id: string, cost: unknown): Promise<Standing> {
  const decision = await operator.tryCall(id, { cost: cost as Units | undefined })
  return { allowed: decision.allowed, retryAfterMs: finite(decision.retryAfterMs), windows: windowsOf(decision) }
}

/** JSON has no Infinity. */
function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}

function windowsOf(decision: Decision): Standing['windows'] {
  if (decision.source === 'failure-policy') throw decision.error
  return decision.windows.map(({ unit, limit, remaining, resetAt, resetAfterMs }) => {
    return { unit, limit, used: limit - remaining, remaining, resetAt, resetAfterMs }
  })
}

/** Gives units back, also units that others took. */
export async function refund(
  operator: Operator,
  windows: readonly Window[],
  id: string,
  units: unknown,
): Promise<RefundReply> {
  const given = await operator.giveBack(id, units as Units)
  return { windows: given.map((givenBack, i) => ({ unit: windows[i]?.unit, givenBack })) }
}
