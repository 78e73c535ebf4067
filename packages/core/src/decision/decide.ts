import type { CounterState, TakeReply } from '../contract/replies.ts'
import type { Window } from '../contract/windows.ts'
import type { Asked } from './call.ts'
import { CountedDecision } from './counted.ts'
import type { CountedSource, Decision, WindowDecision } from './types.ts'

/**
 * The decision for the `nth` (from 0) of the callers that shared a take, as if they had come one by one: the first `admitted`
 * are admitted, and each sees the count as it stood after its own take. The reply is one that `checkReply` let through.
 *
 * @param unserved For each window: units that the reply counts as used, but that this process holds for calls to come.
 */
export function decide(
  asked: Asked,
  nth: number,
  admitted: number,
  windows: readonly Window[],
  reply: TakeReply,
  unserved: readonly number[] | undefined,
  source: CountedSource,
): Decision {
  const { costs, isPeek } = asked.request
  const allowed = isPeek ? isServable(costs, unserved) || fits(costs, windows, reply) : nth < admitted
  const callsAfter = isPeek ? 0 : admitted - 1 - nth
  return decisionOf(asked, windows, reply.windows, reply.now, allowed, callsAfter, unserved, source)
}

/**
 * From the counters as they stood at `now`.
 *
 * @param callsAfter How many later calls of the same costs the counters count as used, too, if this one is allowed.
 * @param unserved See {@link decide}. Only an allowed call sees these units as remaining.
 */
export function decisionOf(
  asked: Asked,
  windows: readonly Window[],
  states: readonly CounterState[],
  now: number,
  allowed: boolean,
  callsAfter: number,
  unserved: readonly number[] | undefined,
  source: CountedSource,
): Decision {
  const { costs } = asked.request
  // Of its final size: an empty array that grows takes room for 17 at once.
  const each = new Array<WindowDecision>(windows.length)
  let binding: WindowDecision | undefined
  let retryAfterMs = 0
  let wasCleared = false
  for (let i = 0; i < windows.length; i++) {
    const { limit, unit } = windows[i] as Window
    const { used, resetAt, generation } = states[i] as CounterState
    if (generation > 0) wasCleared = true
    const cost = costs[i] as number
    const notYet = allowed ? callsAfter * cost + (unserved?.[i] ?? 0) : 0
    const remaining = Math.max(0, Math.min(limit, limit - used + notYet))
    const window = { unit, cost, limit, remaining, resetAt, resetAfterMs: resetAt - now }
    each[i] = window
    if (allowed) {
      if (binding === undefined || isScarcer(window, binding)) binding = window
    } else if (used + cost > limit) {
      const waitMs = cost > limit ? Number.POSITIVE_INFINITY : window.resetAfterMs
      if (waitMs > retryAfterMs) {
        binding = window
        retryAfterMs = waitMs
      }
    }
  }
  const generations = wasCleared ? states.map(({ generation }) => generation) : undefined
  return new CountedDecision(asked, binding as WindowDecision, each, generations, retryAfterMs, source) as Decision
}

/** Whether these costs fit in every window, by a reply. */
export function fits(costs: readonly number[], windows: readonly Window[], reply: TakeReply): boolean {
  return windows.every(({ limit }, i) => (reply.windows[i] as CounterState).used + (costs[i] as number) <= limit)
}

function isServable(costs: readonly number[], unserved: readonly number[] | undefined): boolean {
  return (
    unserved !== undefined && costs.some((cost) => cost > 0) && costs.every((cost, i) => cost <= (unserved[i] ?? 0))
  )
}

/** Whether fewer calls of the same cost would exhaust it. Windows that the call costs nothing come last. */
function isScarcer(one: WindowDecision, other: WindowDecision): boolean {
  const calls = callsLeft(one)
  const others = callsLeft(other)
  return calls === others ? one.remaining < other.remaining : calls < others
}

function callsLeft({ cost, remaining }: WindowDecision): number {
  return cost === 0 ? Number.POSITIVE_INFINITY : Math.floor(remaining / cost)
}
