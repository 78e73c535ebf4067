import type { Edit } from './bundle.ts'
import type { Focus } from './world/setting.ts'

/** A mistake that the simulation has to find. */
export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly focus?: Focus | undefined
}

function mutant(name: string, file: string, text: string, by: string, focus?: Focus): Mutant {
  return { name, edits: [{ file, text, by }], focus: file.startsWith('fast-paths/') ? 'leases' : focus }
}

/** Changes of short, stable pieces of the source. One that is not found there any more fails its test. */
export const MUTANTS: readonly Mutant[] = [
  mutant('sends what is too late', 'dispatch/entry.ts', 'this.deadlineAt <= sentAt', 'false', 'stalls'),
  mutant(
    'takes a malformed reply as it is',
    'dispatch/flight.ts',
    'checkReply(this.#operations[i] as Operation, result?.[i])',
    'result?.[i]',
  ),
  mutant(
    'takes a malformed reply of a store that answers at once',
    'dispatch/at-once.ts',
    'checkReply(operation, answered)',
    'answered',
  ),
  mutant('takes for callers that left', 'dispatch/shared-take.ts', 'if (this.#left > 0) {', 'if (false) {'),
  mutant(
    'takes for the first caller only',
    'dispatch/shared-take.ts',
    'this.times = this.callers.length',
    'this.times = 1',
  ),
  mutant('lets different costs share a take', 'dispatch/shared-take.ts', ' || !isEqual(this.costs, costs)', ''),
  mutant('joins a take that was sent', 'dispatch/shared-take.ts', "this.state !== 'queued' || ", ''),
  mutant('cuts commands in reverse order', 'dispatch/send-queue.ts', 'chunks.push(chunk)', 'chunks.unshift(chunk)'),
  mutant(
    'sends more than a command may carry',
    'dispatch/send-policy.ts',
    'export const MAX_WEIGHT = 256',
    'export const MAX_WEIGHT = 2560',
  ),
  mutant(
    'forgets what was refused for the moment',
    'dispatch/send-queue.ts',
    'const refused = [...this.#refused, ...chunks]',
    'const refused: Chunk<Entry>[] = []',
  ),
  mutant(
    'fails late calls under way as not executed',
    'dispatch/dispatcher.ts',
    "isInTime(entry, 'unknown')",
    "isInTime(entry, 'not-executed')",
  ),
  mutant(
    'lets calls wait behind a slow command',
    'dispatch/dispatcher.ts',
    'if (entry.deadlineAt - now <= entry.deadlineMs - waitMs)',
    'if (false)',
  ),
  mutant('sends again what may have been executed', 'dispatch/retry.ts', 'error.transient && ', ''),
  mutant('fails what was refused for the moment', 'dispatch/retry.ts', 'error.transient && ', 'false && '),
  mutant("fails calls for another limiter's sake", 'dispatch/flight.ts', 'if (isApart || ', 'if ('),
  mutant('makes no breaker count', 'dispatch/flight.ts', 'this.failure ??= error', ''),
  mutant(
    'opens the breaker one failure late',
    'dispatch/breaker.ts',
    '++this.#failuresInRow < ',
    '++this.#failuresInRow <= ',
  ),
  mutant(
    'opens the breaker though the store answered in between',
    'dispatch/breaker.ts',
    '    this.#failuresInRow = 0\n',
    '',
  ),
  mutant(
    'never closes the breaker',
    'dispatch/breaker.ts',
    'if (this.#cause !== undefined) this.#change',
    'if (false) this.#change',
  ),
  mutant('lets no probe through', 'dispatch/breaker.ts', 'if (now >= this.#probeAt) {', 'if (false) {'),
  mutant(
    'lets everything through as a probe',
    'dispatch/breaker.ts',
    'this.#probeAt = now + this.#settings.probeAfterMs\n',
    '\n',
  ),
  mutant('drains without what waits for a retry', 'dispatch/send-queue.ts', ', { chunks: this.#refused }', ''),
  mutant(
    'drains without what is under way',
    'dispatch/dispatcher.ts',
    ', ...this.#flights.flatMap((flight) => flight.entries)',
    '',
  ),
  mutant(
    'sends nothing after a command',
    'dispatch/dispatcher.ts',
    'if (flight.isShared || this.#queue.weight > 0) this.#plan(runtime.nextTurn)',
    '',
  ),
  mutant(
    'holds the process though nothing waits',
    'dispatch/deadline-ticker.ts',
    'if (isResting) this.#timer?.unref?.()',
    'if (isResting) return',
    'slow stores',
  ),
  mutant(
    'puts an overdue timer off',
    'dispatch/deadline-ticker.ts',
    'Math.min(at, Math.max(now, this.#dueAt))',
    'at',
    'stalls',
  ),
  mutant('admits every caller', 'decision/asker.ts', 'Math.min(callers.length, reply.timesTaken)', 'callers.length'),
  mutant(
    'counts prefetched times as callers',
    'decision/asker.ts',
    'Math.min(callers.length, reply.timesTaken)',
    'reply.timesTaken',
    'leases',
  ),
  mutant(
    'adjusts without a token',
    'decision/asker.ts',
    'adjustment.token ?? (this.#resends ? newToken(adjustment.windows, decidedAt) : undefined)',
    'undefined',
  ),
  mutant('shows one more as remaining', 'decision/decide.ts', 'admitted - 1 - nth', 'admitted - nth'),
  mutant('waits for windows with room', 'decision/decide.ts', 'used + cost > limit', 'used + cost >= limit'),
  mutant(
    'refunds more than was taken',
    'decision/charge.ts',
    "checkInteger('cost', each, 0, charged[i])",
    "checkInteger('cost', each, 0)",
  ),
  mutant('refunds twice', 'decision/charge.ts', '  counted.change(changes)\n', ''),
  mutant('allows a refund no second try', 'decision/charge.ts', 'didNotRun || change > 0 ?', 'change > 0 ?'),
  mutant('gives back what may not be charged', 'decision/charge.ts', 'didNotRun || change > 0 ?', 'didNotRun ?'),
  mutant('settles by the difference', 'limiter.ts', 'each - (charged[i] as number)', 'each'),
  mutant(
    'falls back under the full limit',
    'decision/askers.ts',
    'windows.shareOf(take.windows, settings.fallbackShare)',
    'take.windows',
  ),
  mutant(
    'forgets that the first store may have counted',
    'decision/askers.ts',
    "firstError.outcome === 'unknown' && error.outcome !== 'unknown'",
    'false',
  ),
  mutant('keeps a stock after a reset elsewhere', 'fast-paths/reliable.ts', ' && window.generation === generation', ''),
  mutant('serves a lease without using it up', 'fast-paths/lease.ts', '(stock[i] as number) -= costs[i] as number', ''),
  mutant(
    'serves a lease after its time',
    'fast-paths/reliable.ts',
    'let until = sentAt + maxAgeMs',
    'let until = Infinity',
  ),
  mutant(
    'serves a lease after the window ended',
    'fast-paths/reliable.ts',
    'until = Math.min(until, sentAt + (resetAt - reply.now) - 1)',
    '',
  ),
  mutant('keeps a lease after a reset', 'fast-paths/lease.ts', 'this.#leases.delete(id)', ''),
  mutant(
    'denies what was given back',
    'fast-paths/deny-cache.ts',
    'this.#full.delete(id)\n    this.#changedAt',
    'this.#changedAt',
  ),
]
