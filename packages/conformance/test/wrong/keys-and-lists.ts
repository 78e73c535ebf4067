import type { CounterWindow, Operation, Reply, Subject, Take, TakeReply } from '@rl/core'
import type { PlainStorage } from '../plain-storage.ts'
import { type Found, PlainStore } from '../plain-store.ts'

export class KeysWithoutCase extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address({ ...subject, id: subject.id.toLowerCase() }, window)
  }
}

export class KeysCutOff extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address({ ...subject, id: subject.id.slice(0, 100) }, window)
  }
}

export class KeysRunTogether extends PlainStore {
  override address({ scope, id }: Subject, window: CounterWindow): string {
    return super.address({ scope: '', id: `${scope}:${id}` }, window)
  }
}

export class KeysWithoutScope extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address({ ...subject, scope: '' }, window)
  }
}

export class KeysWithoutAnchor extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(subject, window.anchor === 'calendar' ? window : { ...window, anchor: 'epoch' })
  }
}

export class KeysWithLengthIn32Bits extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    return super.address(
      subject,
      window.anchor === 'calendar' ? window : { ...window, windowMs: window.windowMs >>> 0 },
    )
  }
}

export class KeysDecoded extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    const decoded = subject.id.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
    return super.address({ ...subject, id: decoded }, window)
  }
}

/** As an object without a null prototype does. */
export class KeysInPlainObject extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    const names: Record<string, string> = {}
    names[subject.id] = subject.id
    return super.address({ ...subject, id: Object.keys(names)[0] ?? 'undefined' }, window)
  }
}

/** 16 bits of a hash. */
export class KeysHashed extends PlainStore {
  override address(subject: Subject, window: CounterWindow): string {
    let hash = 0
    for (const char of subject.id) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) & 0xffff
    return super.address({ ...subject, id: subject.scope === 'crowd' ? String(hash) : subject.id }, window)
  }
}

/** One counter that can't be read fails the whole list. */
export class BadFailsList extends PlainStore {
  override async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const replies = await super.apply(operations)
    for (const reply of replies) if (reply instanceof Error && operations.length > 1) throw reply
    return replies
  }
}

export class BadOverwritten extends PlainStore {
  protected override unreadable(address: string): Found {
    return { address, used: 0, resetAt: 0, generation: 0, stored: undefined }
  }
}

/** Charges the windows one by one, and comes upon the unreadable one too late. */
export class BadChargesSiblings extends PlainStore {
  protected override take(take: Take): ReturnType<PlainStore['take']> {
    try {
      return super.take(take)
    } catch (error) {
      for (const [i, window] of take.windows.entries()) {
        super.take({ ...take, windows: [window], costs: [take.costs[i] ?? 0] })
      }
      throw error
    }
  }
}

/** A counter that can't be read is denied. */
export class BadDenied extends PlainStore {
  protected override take(take: Take): ReturnType<PlainStore['take']> {
    try {
      return super.take(take)
    } catch {
      const now = this.now()
      const windows = take.windows.map((window) => ({
        used: 0,
        resetAt: this.endOf(window, now) ?? now + 1,
        generation: 0,
      }))
      return { timesTaken: 0, now, windows }
    }
  }
}

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

/** What it has found out about a storage's size. */
export class BoundedTo65536 extends PlainStore {
  static readonly #known: WeakMap<PlainStorage, string[]> = new WeakMap()

  protected override write(...args: Parameters<PlainStore['write']>): void {
    const [{ address }] = args
    const known = BoundedTo65536.#known.get(this.storage) ?? []
    BoundedTo65536.#known.set(this.storage, known)
    known.push(address)
    if (known.length > 65_536) this.storage.delete(known[known.length - 65_537] ?? '')
    super.write(...args)
  }
}
