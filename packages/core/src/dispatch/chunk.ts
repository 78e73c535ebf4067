import { keepContext } from './context.ts'

/** Somebody who waits for an entry. */
export interface Caller {
  /** Until the caller is answered, failed or aborts. */
  readonly isWaiting: boolean
  /** Whether the caller may abort. */
  readonly canLeave: boolean
}

/**
 * Where an entry is: it moves from `queued` to `in-flight` to `settled`. An entry that the store refuses for the moment is
 * `refused` until it is sent again.
 */
export type EntryState = 'queued' | 'in-flight' | 'refused' | 'settled'

/** The part of an entry that a queue knows. */
export interface Queued {
  readonly id: string
  readonly weight: number
  readonly state: EntryState
  /** Shares commands only with entries that have the same mark. */
  readonly apart: object | undefined
}

interface Carrier {
  readonly caller: Caller
  readonly inContext: (run: () => void) => void
}

/**
 * Entries of one limiter that came one after the other and travel together, in the async context of one of their callers. One
 * context is kept for each chunk, as one for each caller would cost more. That of a caller that may abort is kept too, but not
 * relied on.
 */
export class Chunk<Item extends Queued> {
  entries: Item[] = []
  weight = 0
  /** How often the store refused what is still in it. */
  refusals = 0
  /** When it is due to be sent again, by the monotonic clock. */
  dueAt = 0
  /** The mark of its entries. */
  apart: object | undefined = undefined
  readonly #carriers: Carrier[] = []
  /** In whose context it was sent last. */
  #sentBy: Caller | undefined

  add(entry: Item): void {
    this.entries.push(entry)
    this.weight += entry.weight
  }

  /** Makes the caller one whose context the chunk can be sent in. To be called in that context. */
  carry(caller: Caller): void {
    const { length } = this.#carriers
    if (length > 0 && this.#carriers[length - 1]?.caller.canLeave === false) return
    this.#carriers.push({ caller, inContext: keepContext() })
  }

  /** Runs the function soon, in the context of a caller that still waits. @returns false if there is none. */
  runInContext(run: (caller: Caller) => void): boolean {
    const carrier = this.#carriers.pop()
    if (carrier === undefined) return false
    const { caller, inContext } = carrier
    if (!caller.isWaiting) return this.runInContext(run)
    this.#sentBy = caller
    inContext(() => run(caller))
    return true
  }

  /** Keeps what was refused. To be called where the reply is read, which is the context that the chunk was sent in. */
  keepRefused(): boolean {
    this.entries = this.entries.filter(({ state }) => state === 'refused')
    this.weight = this.entries.reduce((sum, { weight }) => sum + weight, 0)
    this.refusals++
    if (this.#sentBy?.isWaiting) this.carry(this.#sentBy)
    this.#sentBy = undefined
    return this.weight > 0
  }
}
