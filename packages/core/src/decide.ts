import { CountedDecision, type CountedSource } from './counted.ts'
import type { Decision, WindowDecision } from './decision.ts'
import type { CounterState, Take, TakeReply, Window } from './store.ts'

/** What a call asked for, as far as its answer depends on it. */
export interface Question {
  readonly id: string
  readonly cost: number
  /** A peek asks whether `cost` would fit; nothing is taken for it. */
  readonly peek: boolean
}

/** Whose answers these are, and where they come from. */
export interface Answerer {
  readonly owner: object
  readonly source: CountedSource
}

/**
 * The answer to the `nth` (from 0) of the callers that shared a take, as if they had come one by one: the first `admitted`
 * are admitted, and each sees the count as it stood after it. The reply is one that `checkTakeReply` let through.
 *
 * @param held Units that the reply counts as used, but that this process holds for calls to come.
 */
export function decide(
  question: Question,
  nth: number,
  admitted: number,
  take: Take,
  reply: TakeReply,
  held: number,
  by: Answerer,
): Decision {
  const { cost, peek } = question
  const allowed = peek ? (cost > 0 && cost <= held) || fits(cost, take.windows, reply) : nth < admitted
  const later = peek ? 0 : (admitted - 1 - nth) * cost
  return answer(question, take.windows, reply.windows, reply.now, allowed, allowed ? later + held : 0, by)
}

/**
 * From the counters as they stood at `now`.
 *
 * @param later Units that these count as used, but that others than this caller take.
 */
export function answer(
  question: Question,
  windows: readonly Window[],
  states: readonly CounterState[],
  now: number,
  allowed: boolean,
  later: number,
  by: Answerer,
): Decision {
  const { cost } = question
  // Of its final size: an empty array that grows takes room for 17 at once.
  const each = new Array<WindowDecision>(windows.length)
  let binding: WindowDecision | undefined
  let waitMs = 0
  for (let i = 0; i < windows.length; i++) {
    const { limit } = windows[i] as Window
    const { used, resetAt } = states[i] as CounterState
    const remaining = Math.max(0, Math.min(limit, limit - used + later))
    const window = { limit, remaining, resetAt, resetAfterMs: resetAt - now }
    each[i] = window
    if (allowed) {
      if (binding === undefined || window.remaining < binding.remaining) binding = window
    } else if (used + cost > limit) {
      const thisWaitMs = cost > limit ? Number.POSITIVE_INFINITY : window.resetAfterMs
      if (thisWaitMs > waitMs) {
        binding = window
        waitMs = thisWaitMs
      }
    }
  }
  return new CountedDecision(by.owner, question, binding as WindowDecision, each, waitMs, by.source) as Decision
}

/** Whether `cost` more units fit in every window, by a reply. */
export function fits(cost: number, windows: readonly Window[], reply: TakeReply): boolean {
  return windows.every(({ limit }, i) => (reply.windows[i] as CounterState).used + cost <= limit)
}
