import { type Answerer, answer, fits, type Question } from '../decide.ts'
import type { Decision } from '../decision.ts'
import type { Take, TakeReply, Window } from '../store.ts'
import { BoundedMap } from './bounded.ts'
import { type Moment, reliableUntil, timeOf } from './moment.ts'
import type { CacheSettings } from './settings.ts'

/** The state of an identifier that was denied or has used up a window, for as long as it may be repeated. */
interface Full {
  readonly reply: TakeReply
  readonly receivedAt: number
  readonly until: number
}

/** Denies what can't fit, by what the store said last. */
export class DenyCache {
  readonly #settings: CacheSettings
  readonly #by: Answerer
  readonly #full: BoundedMap<Full>

  constructor(settings: CacheSettings, owner: object) {
    this.#settings = settings
    this.#by = { owner, source: 'deny-cache' }
    this.#full = new BoundedMap(settings.maxKeys)
  }

  deny(question: Question, windows: readonly Window[], at: number): Decision | undefined {
    const full = this.#full.get(question.id)
    if (full === undefined || at >= full.until) return undefined
    const { reply } = full
    if (fits(question.cost, windows, reply)) return undefined
    return answer(question, windows, reply.windows, timeOf(full, at), false, 0, this.#by)
  }

  learn(id: string, take: Take, reply: TakeReply, moment: Moment): void {
    // What was denied, and else what denies even the cheapest call.
    if (reply.taken < take.times || !fits(1, take.windows, reply)) {
      const until = reliableUntil(reply, moment, this.#settings.maxAgeMs)
      this.#full.set(id, { reply, receivedAt: moment.receivedAt, until })
    } else {
      this.#full.delete(id)
    }
  }

  forget(id: string): void {
    this.#full.delete(id)
  }
}
