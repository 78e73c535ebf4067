import type { TakeReply } from '../contract/replies.ts'
import type { CommandTiming } from '../dispatch/entry.ts'

/**
 * Until when, by the monotonic clock, a reply may be relied on: while the first of its windows to end is certainly open
 * still, and for `maxAgeMs` at most. The store read its clock and its counters after the command was sent: reckoned from
 * there, a reply may seem older than it is, never younger.
 */
export function reliableUntil(reply: TakeReply, { sentAt }: CommandTiming, maxAgeMs: number): number {
  let until = sentAt + maxAgeMs
  // Less one, as the store's clock is cut to whole milliseconds.
  for (const { resetAt } of reply.windows) until = Math.min(until, sentAt + (resetAt - reply.now) - 1)
  return until
}

/** A copy: a store that answers at once may use the reply again. */
export function copyOf(reply: TakeReply): TakeReply {
  return { ...reply, windows: reply.windows.map((window) => ({ ...window })) }
}

/**
 * The store's clock at a later moment, estimated from a reply. It ran on before the reply came, so a caller may be told to wait
 * a little too long, never too short.
 */
export function storeTimeAt({ reply, receivedAt }: { reply: TakeReply; receivedAt: number }, at: number): number {
  return reply.now + Math.floor(at - receivedAt)
}

/** Whether the limits are equal. The rest is, for the windows of one limiter. */
export function haveSameLimits(one: readonly { limit: number }[], other: readonly { limit: number }[]): boolean {
  return one === other || one.every(({ limit }, i) => other[i]?.limit === limit)
}

/** Whether both replies are about the same windows, and none was cleared in between. */
export function haveSameWindows(one: TakeReply, other: TakeReply): boolean {
  return one.windows.every(({ resetAt, generation }, i) => {
    const window = other.windows[i]
    return window?.resetAt === resetAt && window.generation === generation
  })
}
