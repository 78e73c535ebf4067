import type { TakeReply } from '../store.ts'

/** When a command was sent and its reply received, by this process's monotonic clock in milliseconds. */
export interface Moment {
  readonly sentAt: number
  readonly receivedAt: number
}

/**
 * Until when, by the monotonic clock, a reply may be relied on: while the first of its windows to end is certainly open
 * still, and for `maxAgeMs` at most. The store read its clock and its counters after the command was sent: reckoned from
 * there, a reply may seem older than it is, never younger.
 */
export function reliableUntil(reply: TakeReply, { sentAt }: Moment, maxAgeMs: number): number {
  let until = sentAt + maxAgeMs
  // Less one, as the store's clock is cut to whole milliseconds.
  for (const { resetAt } of reply.windows) until = Math.min(until, sentAt + (resetAt - reply.now) - 1)
  return until
}

/**
 * The store's clock at a later moment, as far as a reply tells: it went on before the reply came, so that a caller may be
 * told to wait a little too long, never too short.
 */
export function timeOf({ reply, receivedAt }: { reply: TakeReply; receivedAt: number }, at: number): number {
  return reply.now + Math.floor(at - receivedAt)
}
