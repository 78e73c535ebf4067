import type { Adjustment, Take } from '../contract/operations.ts'
import type { AdjustReply, TakeReply } from '../contract/replies.ts'
import type { CommandTiming } from '../dispatch/entry.ts'
import type { Asked } from './call.ts'
import type { Decision } from './types.ts'

/**
 * A way past the store: answers calls from what this process knows, and learns from what the store replies. A fast path that
 * throws fails the calls it was asked about, and no others. Times are of the monotonic clock, in milliseconds.
 */
export interface FastPath {
  /** The decision, if it can be made here. Called for every call but peeks. */
  answer(asked: Asked, at: number): Decision | undefined
  /** How many times more a take that is about to be sent is to run, for calls to come. */
  timesToPrefetch(take: Take, at: number): number
  /** @param callers How many of the take's times were for calls that waited. The others were prefetched. */
  learn(take: Take, callers: number, reply: TakeReply, timing: CommandTiming): void
  /** A take failed, before or after it was sent: nothing is known of what it took. */
  abandoned(take: Take): void
  /** For each window: units that the reply counts as used, but that are held here for calls to come. */
  unservedUnits(take: Take, reply: TakeReply, at: number): readonly number[] | undefined
  /** Units of an identifier were given back or charged. Without a reply, nobody knows whether they were. */
  adjusted(change: Adjustment, reply: AdjustReply | undefined): void
  /** The identifier was reset. */
  forget(id: string): void
  /** Drain: hands out what is held, to be given back. */
  giveBack(): readonly Adjustment[]
}

/** The limiter that a fast path is for. */
export interface FastPathOwner {
  /** Its name. */
  readonly scope: string
}

/** Makes the fast path of one limiter. */
export type FastPathFactory = (owner: FastPathOwner) => FastPath
