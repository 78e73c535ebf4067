import type { Adjustment, Clear, Take } from '../contract/operations.ts'
import type { AdjustReply, TakeReply } from '../contract/replies.ts'
import type { CounterStore } from '../contract/store.ts'
import type { Window } from '../contract/windows.ts'
import { Change, type ReplyTo } from '../dispatch/change.ts'
import type { Dispatcher } from '../dispatch/dispatcher.ts'
import type { SharedDispatch } from '../dispatch/dispatchers.ts'
import type { CommandTiming, Entry } from '../dispatch/entry.ts'
import { Lane } from '../dispatch/lane.ts'
import { runtime } from '../dispatch/runtime.ts'
import { SharedTake, type TakeOwner } from '../dispatch/shared-take.ts'
import { type StoreError, toStoreError } from '../errors.ts'
import type { Call } from './call.ts'
import { type DecisionOrigin, decide } from './decide.ts'
import type { FailurePolicy } from './failure-policy.ts'
import type { FastPath } from './fast-path.ts'
import { newToken } from './token.ts'

export interface AskerSettings {
  readonly scope: string
  readonly origin: DecisionOrigin
  /** How long a call waits for this store, in milliseconds. */
  readonly deadlineMs: number
  readonly fastPaths: readonly FastPath[]
  readonly onFailure: FailurePolicy
}

/** Asks one store for a limiter: makes takes of calls, and decisions of replies. */
export class Asker implements TakeOwner<Call> {
  readonly scope: string
  readonly #settings: AskerSettings
  readonly #fastPaths: readonly FastPath[] | undefined
  readonly #current: () => Dispatcher
  #dispatcher: Dispatcher | undefined
  #lane: Lane<Entry> = new Lane()

  /** Whether the client sends commands again by itself, so that adjustments need a token. */
  readonly #resends: boolean
  constructor(store: CounterStore, { current }: SharedDispatch, settings: AskerSettings) {
    this.scope = settings.scope
    this.#settings = settings
    this.#fastPaths = settings.fastPaths.length > 0 ? settings.fastPaths : undefined
    this.#current = current
    this.#resends = store.capabilities?.resends ?? false
  }

  /**
   * Settles the call in time, or at once if the store answers at once.
   *
   * @param costs What to take, for each window.
   */
  ask(call: Call, windows: readonly Window[], costs: readonly number[]): void {
    const dispatcher = this.#at()
    if (dispatcher.answersAtOnce) return this.#askAtOnce(dispatcher, call, windows, costs)
    const newest = this.#lane.newest(call.id)
    if (newest instanceof SharedTake && newest.join(call, windows, costs)) {
      if (call.canLeave) call.onLeave = () => newest.leave()
      newest.chunk?.carry(call)
      return
    }
    const take = new SharedTake<Call>(this, this.#lane, call.id, call, windows, costs, this.#settings.deadlineMs)
    if (call.canLeave) call.onLeave = () => take.leave()
    dispatcher.enqueue(take, call)
  }

  /**
   * Rejects with a StoreError, or with the signal's reason.
   *
   * @param decidedAt When the units were taken, by the store's clock.
   */
  adjust(adjustment: Adjustment, signal: AbortSignal | undefined, decidedAt?: number): Promise<AdjustReply> {
    const token = this.#resends ? newToken(adjustment.windows, decidedAt) : undefined
    return this.#change({ ...adjustment, token }, signal)
  }

  /** Rejects with a StoreError, or with the signal's reason. */
  async clear(clear: Clear, signal: AbortSignal | undefined): Promise<void> {
    await this.#change(clear, signal)
  }

  async #change<Op extends Adjustment | Clear>(operation: Op, signal: AbortSignal | undefined): Promise<ReplyTo<Op>> {
    const dispatcher = this.#at()
    if (dispatcher.answersAtOnce) return dispatcher.askAtOnce(operation) as ReplyTo<Op>
    const change = new Change(this.#lane, operation, this.#settings.deadlineMs, signal)
    dispatcher.enqueue(change, change)
    return change.done
  }

  /** Resolves when everything asked before is settled, also what other limiters of the store asked. */
  settled(): Promise<void> {
    return this.#at().settled()
  }

  timesToPrefetch(take: Take, sentAt: number): number {
    let times = 0
    if (this.#fastPaths !== undefined) for (const path of this.#fastPaths) times += path.timesToPrefetch(take, sentAt)
    return times
  }

  abandoned(take: Take): void {
    if (this.#fastPaths !== undefined) for (const path of this.#fastPaths) path.abandoned(take)
  }

  answered(callers: readonly Call[], reply: TakeReply, take: Take, timing?: CommandTiming): void {
    const { windows } = take
    const { origin } = this.#settings
    const paths = this.#fastPaths
    const admitted = Math.min(callers.length, reply.timesTaken)
    if (paths === undefined) {
      for (let nth = 0; nth < callers.length; nth++) {
        const call = callers[nth] as Call
        call.resolve(decide(call, nth, admitted, windows, reply, undefined, origin))
      }
      return
    }
    const now = timing?.receivedAt ?? runtime.now()
    for (const path of paths) path.learn(take, callers.length, reply, timing ?? { sentAt: now, receivedAt: now })
    const unserved = unservedUnits(paths, take, reply, now)
    for (let nth = 0; nth < callers.length; nth++) {
      const call = callers[nth] as Call
      // What the store has no room for may have been prefetched in the meantime.
      const local =
        nth >= admitted && call.isWaiting && !call.request.isPeek ? firstAnswer(paths, call, now) : undefined
      call.resolve(local?.allowed ? local : decide(call, nth, admitted, windows, reply, unserved, origin))
    }
  }

  failed(callers: readonly Call[], error: StoreError, take: Take): void {
    for (const call of callers) if (call.isWaiting) this.#settings.onFailure(call, error, take)
  }

  #askAtOnce(dispatcher: Dispatcher, call: Call, windows: readonly Window[], costs: readonly number[]): void {
    const take = { kind: 'take' as const, scope: this.scope, id: call.id, windows, costs, times: 1 }
    try {
      if (this.#fastPaths !== undefined) take.times += this.timesToPrefetch(take, runtime.now())
      const reply = dispatcher.askAtOnce(take) as TakeReply
      if (this.#fastPaths !== undefined) return this.answered([call], reply, take)
      // The same without the loops: calls of a memory store are quick enough to feel these.
      call.resolve(decide(call, 0, reply.timesTaken, windows, reply, undefined, this.#settings.origin))
    } catch (error) {
      this.#failSafely(call, toStoreError(error), take)
    }
  }

  /** A fast path may throw here, too. */
  #failSafely(call: Call, error: StoreError, take: Take): void {
    try {
      this.abandoned(take)
    } catch {
      // The call fails anyway.
    }
    this.failed([call], error, take)
  }

  /** Where requests are isolated, each turn of the event loop has a dispatcher, which needs a lane of its own. */
  #at(): Dispatcher {
    const dispatcher = this.#current()
    if (dispatcher !== this.#dispatcher) {
      this.#dispatcher = dispatcher
      this.#lane = new Lane()
    }
    return dispatcher
  }
}

/** The decision of the first fast path that can make one. */
export function firstAnswer(paths: readonly FastPath[], call: Call, at: number): ReturnType<FastPath['answer']> {
  for (const path of paths) {
    const decision = path.answer(call, at)
    if (decision !== undefined) return decision
  }
  return undefined
}

function unservedUnits(
  paths: readonly FastPath[],
  take: Take,
  reply: TakeReply,
  at: number,
): readonly number[] | undefined {
  let sum: readonly number[] | undefined
  for (const path of paths) {
    const units = path.unservedUnits(take, reply, at)
    if (units !== undefined) sum = sum === undefined ? units : sum.map((each, i) => each + (units[i] ?? 0))
  }
  return sum
}
