import type { Adjustment, Clear, Take } from '../contract/operations.ts'
import type { AdjustReply, Reply, TakeReply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import type { Window } from '../contract/windows.ts'
import { Change, type ReplyTo } from '../dispatch/change.ts'
import { keepContext } from '../dispatch/context.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { SharedDispatch } from '../dispatch/dispatchers.ts'
import type { CommandTiming, Entry } from '../dispatch/entry.ts'
import { Lane } from '../dispatch/lane.ts'
import { runtime } from '../dispatch/runtime.ts'
import { SharedTake, type TakeOwner } from '../dispatch/shared-take.ts'
import { type StoreError, toStoreError } from '../errors.ts'
import { type Asked, Call, type Request } from './call.ts'
import { decide } from './decide.ts'
import type { FailurePolicy } from './failure-policy.ts'
import type { FastPath } from './fast-path.ts'
import { newToken } from './token.ts'
import type { CountedSource, Decision } from './types.ts'

export interface AskerSettings {
  readonly scope: string
  readonly source: CountedSource
  /** How long a call waits for this store, in milliseconds. */
  readonly deadlineMs: number
  readonly fastPaths: readonly FastPath[]
  readonly onFailure: FailurePolicy
  /** Whether calls are followed by what runs in their async contexts if the store fails. Default false. */
  readonly keepsContexts?: boolean
}

/** Asks one store for a limiter: makes takes of calls, and decisions of replies. */
export class Asker implements TakeOwner<Call> {
  readonly scope: string
  readonly store: CounterStore
  readonly settings: AskerSettings
  readonly #fastPaths: readonly FastPath[]
  readonly #current: () => Dispatcher
  /** Whether the client sends commands again by itself, so that adjustments need a token. */
  readonly #resends: boolean
  #dispatcher: Dispatcher | undefined
  #lane: Lane<Entry> = new Lane()

  constructor(store: CounterStore, { current }: SharedDispatch, settings: AskerSettings) {
    this.scope = settings.scope
    this.store = store
    this.settings = settings
    this.#fastPaths = settings.fastPaths
    this.#current = current
    this.#resends = store.capabilities?.resends ?? false
  }

  /** Decides in time, or at once if a fast path can or the store answers at once. Rejects as the failure policy says. */
  ask(id: string, request: Request, signal: AbortSignal | undefined): Promise<Decision> {
    const { windows, isPeek } = request
    const costs = isPeek ? request.costs.map(() => 0) : request.costs
    const { askAtOnce } = this.#at()
    if (this.#fastPaths.length > 0) {
      const decision = isPeek ? undefined : firstAnswer(this.#fastPaths, { id, request }, runtime.now())
      if (decision !== undefined) return Promise.resolve(decision)
    } else if (askAtOnce !== undefined) {
      // Neither a call nor a loop: decisions of a memory store are quick enough to feel these.
      const take = { kind: 'take' as const, scope: this.scope, id, windows, costs, times: 1 }
      try {
        const reply = askAtOnce(take) as TakeReply
        return Promise.resolve(
          decide({ id, request }, 0, reply.timesTaken, windows, reply, undefined, this.settings.source),
        )
      } catch (error) {
        const call = new Call(id, request, signal)
        this.failed([call], toStoreError(error), take)
        return call.promise()
      }
    }
    const call = new Call(id, request, signal)
    if (this.settings.keepsContexts) call.inContext = keepContext()
    this.take(call, windows, costs)
    return call.promise()
  }

  /**
   * Settles the call in time, or at once if the store answers at once.
   *
   * @param costs What to take, for each window.
   */
  take(call: Call, windows: readonly Window[], costs: readonly number[]): void {
    const dispatcher = this.#at()
    const { askAtOnce } = dispatcher
    if (askAtOnce !== undefined) return this.#takeAtOnce(askAtOnce, call, windows, costs)
    const newest = this.#lane.newest(call.id)
    const isJoined = newest instanceof SharedTake && newest.join(call, windows, costs)
    const { deadlineMs } = this.settings
    const take = isJoined ? newest : new SharedTake<Call>(this, this.#lane, call.id, call, windows, costs, deadlineMs)
    if (call.leaving !== undefined) call.leaving.leave = () => take.leave()
    if (isJoined) take.chunk?.carry(call)
    else {
      if (newest instanceof SharedTake && newest.isFull) take.apart = take
      dispatcher.enqueue(take, call)
    }
  }

  /**
   * Rejects with a StoreError, or with the signal's reason.
   *
   * @param decidedAt When the units were taken, by the store's clock.
   */
  adjust(adjustment: Adjustment, signal: AbortSignal | undefined, decidedAt?: number): Promise<AdjustReply> {
    const token = adjustment.token ?? (this.#resends ? newToken(adjustment.windows, decidedAt) : undefined)
    return this.#change({ ...adjustment, token }, signal)
  }

  /** Rejects with a StoreError, or with the signal's reason. */
  async clear(clear: Clear, signal: AbortSignal | undefined): Promise<void> {
    await this.#change(clear, signal)
  }

  async #change<Op extends Adjustment | Clear>(operation: Op, signal: AbortSignal | undefined): Promise<ReplyTo<Op>> {
    const dispatcher = this.#at()
    if (dispatcher.askAtOnce !== undefined) return dispatcher.askAtOnce(operation) as ReplyTo<Op>
    return new Promise((resolve, reject) => {
      const change = new Change(this.#lane, operation, this.settings.deadlineMs, { resolve, reject }, signal)
      dispatcher.enqueue(change, change)
    })
  }

  /** Resolves when everything asked before is settled, also what other limiters of the store asked. */
  settled(): Promise<void> {
    return this.#at().settled()
  }

  timesToPrefetch(take: Take, sentAt: number): number {
    let times = 0
    for (const path of this.#fastPaths) times += path.timesToPrefetch(take, sentAt)
    return times
  }

  abandoned(take: Take): void {
    for (const path of this.#fastPaths) path.abandoned(take)
  }

  answered(callers: readonly Call[], reply: TakeReply, take: Take, timing: CommandTiming): void {
    const { windows } = take
    const { source, fastPaths } = this.settings
    const { receivedAt } = timing
    for (const path of fastPaths) path.learn(take, callers.length, reply, timing)
    const unserved = unservedUnits(fastPaths, take, reply, receivedAt)
    const admitted = Math.min(callers.length, reply.timesTaken)
    for (let nth = 0; nth < callers.length; nth++) {
      const call = callers[nth] as Call
      // Units that the store has no room for may have been prefetched in the meantime.
      const mayBeLocal = nth >= admitted && call.isWaiting && !call.request.isPeek
      const local = mayBeLocal ? firstAnswer(fastPaths, call, receivedAt) : undefined
      call.resolve(local?.allowed ? local : decide(call, nth, admitted, windows, reply, unserved, source))
    }
  }

  failed(callers: readonly Call[], error: StoreError, take: Take): void {
    for (const call of callers) if (call.isWaiting) this.settings.onFailure(call, error, take)
  }

  #takeAtOnce(
    askAtOnce: (take: Take) => Reply,
    call: Call,
    windows: readonly Window[],
    costs: readonly number[],
  ): void {
    const take = { kind: 'take' as const, scope: this.scope, id: call.id, windows, costs, times: 1 }
    try {
      const now = runtime.now()
      take.times += this.timesToPrefetch(take, now)
      this.answered([call], askAtOnce(take) as TakeReply, take, { sentAt: now, receivedAt: now })
    } catch (error) {
      try {
        this.abandoned(take)
      } catch {
        // A fast path threw, here or before. The call fails anyway.
      }
      this.failed([call], toStoreError(error), take)
    }
  }

  /** Where requests are isolated, each turn of the event loop has another dispatcher, and each dispatcher needs its own lane. */
  #at(): Dispatcher {
    const dispatcher = this.#current()
    if (dispatcher !== this.#dispatcher) {
      this.#dispatcher = dispatcher
      this.#lane = new Lane(this.store.capabilities?.parallelism)
    }
    return dispatcher
  }
}

/** The decision of the first fast path that can make one. */
function firstAnswer(paths: readonly FastPath[], asked: Asked, at: number): ReturnType<FastPath['answer']> {
  for (const path of paths) {
    const decision = path.answer(asked, at)
    if (decision !== undefined) return decision
  }
  return undefined
}

/** The sum over the fast paths, if any holds units. */
function unservedUnits(
  paths: readonly FastPath[],
  take: Take,
  reply: TakeReply,
  at: number,
): readonly number[] | undefined {
  let sum: readonly number[] | undefined
  for (const path of paths) {
    const units = path.unservedUnits(take, reply, at)
    if (units !== undefined) sum = sum?.map((each, i) => each + (units[i] ?? 0)) ?? units
  }
  return sum
}
