import type { Operation, Reply, TakeReply } from '@rl/core'
import { PlainStore } from '../plain-store.ts'

/** As a command without any keys does. */
export class EmptyListFails extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    if (operations.length === 0) throw new Error('wrong number of arguments')
    return super.apply(operations)
  }
}

/** Reads all counters of a list before it applies the first take. */
export class ReadsListOnce extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const now = this.now()
    const takes = operations.filter((operation) => operation.kind === 'take')
    if (takes.length !== operations.length || takes.length < 2) return super.apply(operations)
    if (takes.some(({ windows }) => windows.some((window) => this.endOf(window, now) === undefined))) {
      return super.apply(operations)
    }
    const all = takes.map((take) =>
      take.windows.map((window) => this.findToTake(take, window, now, this.endOf(window, now) ?? 0)),
    )
    return takes.map((take, i) => this.charge(take, all[i] ?? [], this.fitting(take, all[i] ?? []), now))
  }
}

/** Applies the takes first, then the rest. */
export class TakesFirst extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies = new Map<Operation, Reply | Error>()
    for (const isTake of [true, false]) {
      for (const each of operations) if ((each.kind === 'take') === isTake) replies.set(each, this.answer(each))
    }
    return operations.map((operation) => replies.get(operation) as Reply | Error)
  }
}

/** Answers in the order of the identifiers. */
export class AnswersByIdentifier extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    return super.apply(operations.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)))
  }
}

/** The rest of a long list is lost. */
export class LongListCutOff extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies = await super.apply(operations.slice(0, 512))
    return [...replies, ...operations.slice(512).map(() => new Error('too many arguments'))]
  }
}

/** Every answer is the same object. */
export class AnswersReused extends PlainStore {
  readonly #reply: { timesTaken: number; now: number; windows: TakeReply['windows'] } = {
    timesTaken: 0,
    now: 0,
    windows: [],
  }

  override answer(operation: Operation): Reply | Error {
    const reply = super.answer(operation)
    return 'timesTaken' in reply ? Object.assign(this.#reply, reply) : reply
  }
}

/** Two takes that are equal are one. */
export class EqualTakesMerged extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const known = new Map<string, Reply | Error>()
    return operations.map((operation) => {
      const name = JSON.stringify(operation)
      const reply = known.get(name) ?? this.answer(operation)
      known.set(name, reply)
      return reply
    })
  }
}

/** Sends the operations again when the storage did not know the script, though they had run. */
export class ScriptRunsTwice extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    if (!this.storage.knowsScripts) await super.apply(operations)
    return super.apply(operations)
  }
}

/** Loads the script once for good. */
export class ScriptLoadedOnce extends PlainStore {
  #loaded = false

  protected override loadScripts(): void {
    if (this.#loaded && !this.storage.knowsScripts) throw new Error('NOSCRIPT')
    this.#loaded = true
    this.storage.knowsScripts = true
  }
}
