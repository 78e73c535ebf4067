import { StoreError } from '../errors.ts'
import type { Adjustment, Operation, Take } from './operations.ts'
import type { Adjusted, AdjustReply, CounterState, Outside, Reply, TakeReply } from './replies.ts'
import type { Window } from './windows.ts'

/**
 * A reply that breaks the contract must never pass for an admission, nor deny what fits.
 *
 * @throws {StoreError} with outcome `'unknown'`, or the error that the store put in the reply's place; a transient one where the
 *   store's clock was outside of a calendar's boundaries, which are those around it from now on.
 */
export function checkReply(operation: Operation, reply: Reply | Error | null | undefined): Exclude<Reply, Outside> {
  if (isReplyTo(operation, reply as Reply)) return reply as Exclude<Reply, Outside>
  if (reply instanceof Error) throw reply
  if (operation.kind === 'take') throwIfOutside(operation, reply as Outside)
  throw new StoreError('the store sent a malformed reply', { outcome: 'unknown' })
}

/** Asked before whether it is an error, as that takes long. */
function isReplyTo(operation: Operation, reply: Reply): boolean {
  if (!isCount(reply?.now)) return false
  switch (operation.kind) {
    case 'take':
      return isTakeReply(operation, reply as TakeReply)
    case 'adjust':
      return isAdjustReply(operation, reply as AdjustReply)
    case 'clear':
      return !(reply instanceof Error)
  }
}

function isTakeReply(take: Take, reply: TakeReply): boolean {
  const { timesTaken, now, windows } = reply
  if (!isCount(timesTaken) || timesTaken > take.times || windows?.length !== take.windows.length) return false
  let justified = timesTaken === take.times
  for (let i = 0; i < take.windows.length; i++) {
    const { used, resetAt, generation }: Partial<CounterState> = windows[i] ?? {}
    if (!isCount(used) || !isCount(resetAt) || resetAt <= now || !isCount(generation)) return false
    const { limit } = take.windows[i] as Window
    const cost = take.costs[i] as number
    // `used` counts what was just taken.
    if (timesTaken > 0 && (used > limit || used < timesTaken * cost)) return false
    if (used + cost > limit) justified = true
  }
  return justified
}

/** Only calendar windows have boundaries that the store's clock can be outside of. */
function throwIfOutside({ windows }: Take, reply: Outside | undefined): void {
  const calendars = windows.filter((window) => window.anchor === 'calendar')
  if (reply?.outside !== true || !isCount(reply.now) || calendars.length === 0) return
  for (const calendar of calendars) calendar.storeClockIs?.(reply.now)
  const message = "the store's clock was outside of the calendar around this process's"
  throw new StoreError(message, { outcome: 'not-executed', transient: true })
}

function isAdjustReply({ windows }: Adjustment, { repeated, windows: results }: AdjustReply): boolean {
  if (typeof repeated !== 'boolean' || !Array.isArray(results) || results.length !== windows.length) return false
  return results.every((result: Adjusted | 'ended') => {
    return result === 'ended' || (Number.isSafeInteger(result?.applied) && isCount(result.used))
  })
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
