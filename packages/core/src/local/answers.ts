import type { Question } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { Take, TakeReply, Window } from '../store.ts'
import { BoundedMap } from './bounded.ts'
import { DenyCache } from './deny-cache.ts'
import { Leases } from './lease.ts'
import type { Moment } from './moment.ts'
import type { CacheSettings, LeaseSettings } from './settings.ts'

/** Needed only until what was sent before has come back. */
const EVENTS_REMEMBERED = 10_000

/** What this process can answer by itself: the opt-in ways past the store. */
export class LocalAnswers {
  readonly #leases: Leases | undefined
  readonly #denyCache: DenyCache | undefined
  /** When identifiers were last reset, or had units given back: what was sent before is no news any more. */
  readonly #resetAt: BoundedMap<number> = new BoundedMap(EVENTS_REMEMBERED)
  readonly #refundedAt: BoundedMap<number> = new BoundedMap(EVENTS_REMEMBERED)

  constructor(lease: LeaseSettings | undefined, denyCache: CacheSettings | undefined, owner: object) {
    this.#leases = lease && new Leases(lease, owner)
    this.#denyCache = denyCache && new DenyCache(denyCache, owner)
  }

  answer(question: Question, windows: readonly Window[]): Decision | undefined {
    const at = performance.now()
    return this.serve(question, windows, at) ?? this.#denyCache?.deny(question, windows, at)
  }

  /** From units taken ahead. */
  serve(question: Question, windows: readonly Window[], at: number): Decision | undefined {
    return question.peek ? undefined : this.#leases?.serve(question, windows, at)
  }

  /** How many times more a take that is about to be sent shall run, for calls to come. */
  ahead(id: string, take: Take, at: number): number {
    return this.#leases?.ahead(id, take, at) ?? 0
  }

  /** @param calls How many of the take's times were for calls. */
  learn(id: string, take: Take, calls: number, reply: TakeReply, moment: Moment): void {
    if (moment.sentAt <= (this.#resetAt.get(id) ?? -1)) return
    this.#leases?.learn(id, take, calls, reply, moment)
    if (moment.sentAt <= (this.#refundedAt.get(id) ?? -1)) return
    this.#denyCache?.learn(id, take, reply, moment)
  }

  /** Units that the reply counts as used, but that are here for calls to come. */
  held(id: string, windows: readonly Window[], reply: TakeReply, at: number): number {
    return this.#leases?.held(id, windows, reply, at) ?? 0
  }

  /** Nothing was learnt from a take. */
  failed(id: string, take: Take): void {
    this.#leases?.failed(id, take)
  }

  /** Nothing known before a reset holds any more. */
  reset(id: string): void {
    this.#leases?.forget(id)
    this.#denyCache?.forget(id)
    this.#resetAt.set(id, performance.now())
  }

  /** After a refund, what did not fit may fit. */
  refunded(id: string): void {
    this.#denyCache?.forget(id)
    this.#refundedAt.set(id, performance.now())
  }
}
