import { StoreError } from './errors.ts'
import type { RefundReply, Take, TakeReply, Window } from './store.ts'

/**
 * A reply that is not what the contract says must never pass for an admission, nor deny what fits.
 *
 * @throws {StoreError} with outcome `'unknown'`, or the error the store put in the reply's place.
 */
export function checkTakeReply(take: Take, reply: TakeReply | Error | null | undefined): TakeReply {
  if (reply instanceof Error) throw reply
  if (!isTakeReply(take, reply)) throw malformed()
  return reply
}

/** @throws {StoreError} with outcome `'unknown'`. */
export function checkRefundReply(windows: number, reply: RefundReply | null | undefined): RefundReply {
  if (!isCount(reply?.now) || !Array.isArray(reply.refunded) || reply.refunded.length !== windows) throw malformed()
  if (!reply.refunded.every(isCount)) throw malformed()
  return reply
}

function isTakeReply(take: Take, reply: TakeReply | null | undefined): reply is TakeReply {
  if (!isCount(reply?.taken) || !isCount(reply.now)) return false
  if (reply.taken > take.times || reply.windows?.length !== take.windows.length) return false
  let justified = reply.taken === take.times
  for (let i = 0; i < take.windows.length; i++) {
    const state = reply.windows[i]
    if (!isCount(state?.used) || !isCount(state.resetAt) || state.resetAt <= reply.now) return false
    const { limit } = take.windows[i] as Window
    // `used` counts what was just taken.
    if (reply.taken > 0 && (state.used > limit || state.used < reply.taken * take.cost)) return false
    if (state.used + take.cost > limit) justified = true
  }
  return justified
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function malformed(): StoreError {
  return new StoreError('the store sent a malformed reply', { outcome: 'unknown' })
}
