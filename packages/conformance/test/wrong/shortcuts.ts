import type { Capabilities, CounterState, CounterWindow, Operation, Reply, Subject, Take, TakeReply } from '@rl/core'
import type { StoreClass } from '../plain-harness.ts'
import { PlainStorage } from '../plain-storage.ts'
import { PlainStore } from '../plain-store.ts'

/** A store whose `apply` is right, and whose `answersAtOnce` is that of a wrong store on the same storage. */
export function shortcutOf(Wrong: StoreClass): StoreClass {
  return class extends PlainStore {
    readonly #wrong = new Wrong(this.storage)

    override get capabilities(): Capabilities {
      return { answersAtOnce: (operation) => this.#wrong.answer(operation) }
    }
  }
}

/** Its counters are not those of `apply`. */
export class OwnCounters extends PlainStore {
  constructor(storage: PlainStorage) {
    const own = new PlainStorage()
    Object.defineProperty(own, 'now', { get: () => storage.now })
    super(own)
  }
}

/** Uses its reply object again, and forgets to write all of it. */
export class StaleReply extends PlainStore {
  readonly #reply: { timesTaken: number; now: number; windows: readonly CounterState[] } = {
    timesTaken: 0,
    now: 0,
    windows: [],
  }

  override answer(operation: Operation): Reply | Error {
    const reply = super.answer(operation)
    if (!('timesTaken' in reply)) return reply
    const { timesTaken, now, windows } = reply
    // It believes that denials stay denials.
    const isKept = timesTaken === 0 && this.#reply.windows.length === windows.length
    return Object.assign(this.#reply, { timesTaken, now, windows: isKept ? this.#reply.windows : windows })
  }
}

/** Its reply has the windows of the longest take so far. */
export class ReplyGrows extends PlainStore {
  readonly #windows: CounterState[] = []

  override answer(operation: Operation): Reply | Error {
    const reply = super.answer(operation)
    if (!('timesTaken' in reply)) return reply
    for (const [i, state] of reply.windows.entries()) this.#windows[i] = state
    return { ...reply, windows: this.#windows }
  }
}

/** Remembers the counters of the identifier that came last, also when `apply` has changed them. */
export class RemembersLast extends PlainStore {
  #last: { key: string; reply: TakeReply } | undefined

  protected override take(take: Take): ReturnType<PlainStore['take']> {
    const key = JSON.stringify([take.scope, take.id, take.windows])
    const isRead = take.costs.every((cost) => cost === 0)
    const now = this.now()
    if (isRead && this.#last?.key === key && this.#last.reply.windows.every(({ resetAt }) => resetAt > now)) {
      return { ...this.#last.reply, now, timesTaken: take.times }
    }
    const reply = super.take(take)
    this.#last = 'timesTaken' in reply ? { key, reply } : undefined
    return reply
  }
}

/** Finds the counter of the identifier that came last by the identifier alone. */
export class SameIdSameCounter extends PlainStore {
  #last: { id: string; address: string; window: string } | undefined

  override address(subject: Subject, window: CounterWindow): string {
    const shape = JSON.stringify([window.anchor, window.unit, 'windowMs' in window && window.windowMs])
    if (this.#last?.id === subject.id && this.#last.window === shape) return this.#last.address
    const address = super.address(subject, window)
    this.#last = { id: subject.id, address, window: shape }
    return address
  }
}

/** As an async function does. */
export class AnswersPromise extends PlainStore {
  override answer(operation: Operation): Reply | Error {
    return Promise.resolve(super.answer(operation)) as unknown as Reply
  }
}

/** Knows takes only. */
export class TakesOnly extends PlainStore {
  override answer(operation: Operation): Reply | Error {
    return operation.kind === 'take' ? super.answer(operation) : { now: this.now() }
  }
}

/** Looks at the clock once per million takes. */
export class ClockStandsStill extends PlainStore {
  readonly #now = this.storage.now

  protected override now(): number {
    return this.#now
  }
}
