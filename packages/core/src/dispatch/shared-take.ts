import type { Take } from '../contract/operations.ts'
import type { Reply, TakeReply } from '../contract/replies.ts'
import type { Window } from '../contract/windows.ts'
import type { StoreError } from '../errors.ts'
import type { Caller } from './chunk.ts'
import { type CommandTiming, Entry } from './entry.ts'
import type { Lane } from './lane.ts'

/** The limiter's part of a shared take. */
export interface TakeOwner<C extends Caller> {
  readonly scope: string
  /** How many times more the take is to run, for calls to come. */
  timesToPrefetch(take: Take, sentAt: number): number
  answered(callers: readonly C[], reply: TakeReply, take: Take, timing: CommandTiming): void
  failed(callers: readonly C[], error: StoreError, take: Take): void
  /** The take that was prepared did not run. */
  abandoned(take: Take): void
}

/** One take for all callers of one identifier that ask the same at the same time, answered in the order they came. */
export class SharedTake<C extends Caller = Caller> extends Entry implements Take {
  readonly kind = 'take'
  readonly scope: string
  readonly windows: readonly Window[]
  readonly costs: readonly number[]
  /** One for each caller, and more when units are prefetched. */
  times = 1
  callers: C[]
  #left = 0
  /** Has enough callers: those that come later share a second take, which goes in another command. */
  isFull = false
  /** The callers it was sent for, until they have their answer. */
  #underWay = 0
  readonly #owner: TakeOwner<C>

  constructor(
    owner: TakeOwner<C>,
    lane: Lane<Entry>,
    id: string,
    first: C,
    windows: readonly Window[],
    costs: readonly number[],
    deadlineMs: number,
  ) {
    super(lane, id, windows, deadlineMs)
    this.#owner = owner
    this.scope = owner.scope
    this.windows = windows
    this.costs = costs
    this.callers = [first] // most takes stay at one, and an array that grows takes room for 17 at once
  }

  /**
   * Lets a caller share this take if it was not sent yet and asks for the same. Not once it was
   * refused: the caller would share the little time that is left.
   */
  join(caller: C, windows: readonly Window[], costs: readonly number[]): boolean {
    if (this.state !== 'queued' || this.windows !== windows || !isEqual(this.costs, costs)) return false
    this.isFull = this.apart === undefined && this.lane.isFull(this.callers.length)
    if (this.isFull) return false
    this.callers.push(caller)
    this.isShared = true
    return true
  }

  /** A caller aborted. If the take is not sent yet, nothing is taken for the caller. */
  leave(): void {
    this.#left++
  }

  protected prepare(sentAt: number): Take | undefined {
    if (this.#left > 0) {
      this.callers = this.callers.filter(({ isWaiting }) => isWaiting)
      this.#left = 0
    }
    this.times = this.callers.length
    this.#count(this.times)
    if (this.times === 0) return undefined
    this.times += this.#owner.timesToPrefetch(this, sentAt)
    return this
  }

  protected answered(reply: Reply, timing: CommandTiming): void {
    this.#count(0)
    this.#owner.answered(this.callers, reply as TakeReply, this, timing)
  }

  protected failed(error: StoreError): void {
    this.#count(0)
    try {
      this.#owner.abandoned(this)
    } finally {
      this.#owner.failed(this.callers, error, this)
    }
  }

  protected refused(): void {
    this.#owner.abandoned(this)
  }

  /** The number of its callers that are under way now. */
  #count(callers: number): void {
    this.lane.count(callers - this.#underWay)
    this.#underWay = callers
  }
}

function isEqual(one: readonly number[], other: readonly number[]): boolean {
  return one === other || one.every((cost, i) => cost === other[i])
}
