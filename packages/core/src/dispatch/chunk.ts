import { keepContext } from './context.ts'

/** Somebody who waits for an entry. */
export interface Caller {
  /** Until the caller is answered, failed or aborts. */
  readonly isWaiting: boolean
  /** Whether the caller may abort. */
  readonly canLeave: boolean
}

/**
 * Where an entry is: it moves from `new` to `queued` to `in-flight` to `settled`. What the store refuses for the moment goes
 * from `in-flight` to `refused` and back to `queued`.
 */
export type EntryState = 'new' | 'queued' | 'in-flight' | 'refused' | 'settled'

/** What a queue knows of an entry. */
export interface Queued {
  readonly id: string
  readonly weight: number
  state: EntryState
}

type Run = (caller: Caller) => void

interface Carrier {
  readonly caller: Caller
  readonly inContext: (run: () => void) => void
}

/**
 * Entries of one limiter that came one after the other and are sent together, in the async context of one of their callers.
 * One context is kept for each chunk, as one for each caller would cost more. That of a caller that may abort is kept too, but
 * not relied on.
 */
export class Chunk<Item extends Queued> {
  readonly entries: Item[] = []
  weight = 0
  /** Sent alone in a command. */
  readonly isApart: boolean
  readonly #carriers: Carrier[] = []
  #hasLastingCarrier = false

  constructor(isApart = false) {
    this.isApart = isApart
  }

  add(entry: Item): void {
    this.entries.push(entry)
    this.weight += entry.weight
  }

  /** Makes the caller one whose context the chunk can be sent in. To be called in that context. */
  carry(caller: Caller): void {
    if (this.#hasLastingCarrier) return
    this.#hasLastingCarrier = !caller.canLeave
    this.#carriers.push({ caller, inContext: keepContext() })
  }

  /** Takes over the callers left to carry another chunk, some of whose entries are in this one now. */
  adopt(other: Chunk<Item> | undefined): void {
    if (other !== undefined) this.#carriers.push(...other.#carriers.splice(0))
  }

  /** Runs the function soon, in the context of a caller that still waits. @returns false if there is none. */
  runInContext(run: Run): boolean {
    this.#hasLastingCarrier = false
    for (;;) {
      const carrier = this.#carriers.pop()
      if (carrier === undefined) return false
      if (!carrier.caller.isWaiting) continue
      carrier.inContext(() => run(carrier.caller))
      return true
    }
  }
}
