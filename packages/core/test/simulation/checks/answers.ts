import type { Decision, Take, TakeReply, WindowDecision } from '../../../src/index.ts'
import type { Call, Sent } from '../journal.ts'
import type { Execution } from '../world/storage.ts'

/** A decision that was made from a counter. */
export type CountedDecision = Exclude<Decision, { source: 'failure-policy' }>

/** One atomic counter's answer to one of several callers. */
export interface Answer {
  readonly allowed: boolean
  /** The counts afterwards, for each window. */
  readonly used: readonly number[]
}

/** The callers of a take as if they had come one after the other. */
export function answersOf({ execution, operation, callers }: Sent): readonly Answer[] {
  if (execution === undefined) return []
  const { windows, costs } = operation as Take
  let used: readonly number[] = execution.before.map((state) => state.used)
  const answers: Answer[] = []
  for (let k = 0; k < callers; k++) {
    const allowed = windows.every(({ limit }, i) => (used[i] as number) + (costs[i] as number) <= limit)
    if (allowed) used = used.map((each, i) => each + (costs[i] as number))
    answers.push({ allowed, used })
  }
  return answers
}

/** How far from what the counter says `remaining` may be, for each window. */
export interface Leeway {
  readonly below: readonly number[]
  readonly above: readonly number[]
}

/** @returns what is wrong about a decision; undefined if it is what the counter said. */
export function wrongness(
  call: Call,
  sent: Sent,
  answer: Answer,
  decision: CountedDecision,
  source: 'store' | 'fallback',
  leeway: Leeway | undefined,
): string | undefined {
  if (decision.source !== source) return `source ${decision.source} in place of ${source}`
  const { windows } = sent.operation as Take
  const { before, reply } = sent.execution as Execution
  const { now, timesTaken } = reply as TakeReply
  const inTheWay = windows.map(({ limit }, i) => (answer.used[i] as number) + (call.costs[i] as number) > limit)
  const fits = !inTheWay.includes(true)
  const allowed = call.isPeek
    ? fits || (leeway !== undefined && decision.allowed && isHeld(call, leeway))
    : answer.allowed
  if (decision.allowed !== allowed) return `allowed is ${decision.allowed}, the counter says ${allowed}`
  if (decision.id !== call.id) return 'the identifier is another one'
  let retryAfterMs = 0
  const each: WindowDecision[] = windows.map(({ limit, unit }, i) => {
    const { resetAt } = before[i] as { resetAt: number }
    const cost = call.costs[i] as number
    if (!allowed && inTheWay[i])
      retryAfterMs = Math.max(retryAfterMs, cost > limit ? Number.POSITIVE_INFINITY : resetAt - now)
    const remaining = Math.max(0, Math.min(limit, limit - (answer.used[i] as number)))
    return { unit, cost, limit, remaining, resetAt, resetAfterMs: resetAt - now }
  })
  if (leeway !== undefined && !allowed && timesTaken > sent.callers) return 'denied although units were prefetched'
  if (decision.retryAfterMs !== retryAfterMs) return `retryAfterMs is ${decision.retryAfterMs}, not ${retryAfterMs}`
  for (const [i, expected] of each.entries()) {
    const actual = decision.windows[i]
    if (actual === undefined) return 'a window is missing'
    for (const name of ['unit', 'cost', 'limit', 'resetAt', 'resetAfterMs'] as const) {
      if (actual[name] !== expected[name]) return `windows[${i}].${name} is ${actual[name]}, not ${expected[name]}`
    }
    const below = allowed ? (leeway?.below[i] ?? 0) : 0
    const above = allowed ? (leeway?.above[i] ?? 0) : 0
    if (actual.remaining < Math.max(0, expected.remaining - below) || actual.remaining > expected.remaining + above) {
      return `windows[${i}].remaining is ${actual.remaining}, the counter says ${expected.remaining}`
    }
  }
  return wrongBinding(decision)
}

function isHeld({ costs }: Call, { above }: Leeway): boolean {
  return costs.every((cost, i) => cost <= (above[i] as number))
}

/** The figures of the whole are those of the window that binds, chosen among its own windows. */
function wrongBinding(decision: CountedDecision): string | undefined {
  const { windows, allowed, limit, remaining, resetAt, resetAfterMs, retryAfterMs } = decision
  const least = Math.min(...windows.map(callsLeft))
  const binds = (window: WindowDecision): boolean => {
    const isShown =
      window.limit === limit &&
      window.remaining === remaining &&
      window.resetAt === resetAt &&
      window.resetAfterMs === resetAfterMs
    if (!isShown) return false
    if (allowed) return callsLeft(window) === least
    return retryAfterMs === (window.cost > window.limit ? Number.POSITIVE_INFINITY : resetAfterMs)
  }
  return windows.some(binds) ? undefined : 'the figures are not those of the window that binds'
}

/** How many further calls of the same cost a window has room for. */
function callsLeft({ cost, remaining }: WindowDecision): number {
  return cost === 0 ? Number.POSITIVE_INFINITY : Math.floor(remaining / cost)
}
