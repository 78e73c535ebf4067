import type { Operation, StoreError, Take } from '../../../src/index.ts'
import type { Call, Command, Sent } from '../journal.ts'
import type { Actor } from '../world/actor.ts'
import { answersOf, type CountedDecision, wrongness } from './answers.ts'
import type { Book } from './book.ts'
import { describe, errorOf, isFailed, isLocal, isOpenAt, isRefusal, isTooLate, signatureOf } from './facts.ts'
import type { LocalWatch } from './local-watch.ts'
import type { UnderWay } from './under-way.ts'
import { check } from './violation.ts'

/** How long a retry waits at most. */
const MAX_BACK_OFF_MS = 100

/** Watches the takes of limiters with one store: it is known in which take each call travels. */
export class ExactTakes {
  readonly #book: Book
  readonly #local: LocalWatch
  readonly #underWay: UnderWay
  /** Whose calls a take is for, by the limiter's own object. */
  readonly #callsOf: Map<Operation, readonly Call[]> = new Map()

  constructor(book: Book, local: LocalWatch, underWay: UnderWay) {
    this.#book = book
    this.#local = local
    this.#underWay = underWay
  }

  /** A take carries only calls that wait. @returns whether it is sent for the first time. */
  sent(sent: Sent, take: Take, actor: Actor): boolean {
    // A take that is sent again is the same object, for those of its callers that still wait.
    const earlier = this.#callsOf.get(sent.original)
    const waiting = earlier ?? this.#book.callsOf(actor, take.id, signatureOf(take.costs, take.windows))
    const calls = wantedCalls(sent, waiting, earlier !== undefined)
    check(calls.length === sent.callers && sent.callers > 0, () => {
      return `a take of ${actor.name}/${take.id} is for ${sent.callers} callers, but only ${calls.length} wait for it`
    })
    this.#callsOf.set(sent.original, calls)
    sent.calls = calls
    if (earlier === undefined) this.#underWay.sentFirst(sent, calls[0] as Call, calls.at(-1) as Call)
    for (const call of calls) {
      call.travelsIn = sent
      call.timesSent++
      const lateMs = this.#book.scheduler.now - call.deadlineAt
      check(lateMs < 0, () => `sent ${lateMs} ms after its deadline: ${describe(call)}`)
    }
    return earlier === undefined
  }

  landed({ sent, landedSequence = 0 }: Command): void {
    for (const each of sent) {
      if (each.fate !== 'refused' && each.fate !== 'refused for the moment') continue
      for (const call of each.calls) {
        if (call.travelsIn !== each || !isOpenAt(call, landedSequence)) continue
        call.travelsIn = undefined
        call.refusedAt = each.fate === 'refused' ? undefined : this.#book.scheduler.now
      }
    }
  }

  /** After the step: callers that were answered have their decisions, and takes to be sent again have not failed. */
  afterLanding({ sent, isWhole, group }: Command): void {
    const { now } = this.#book.scheduler
    const isMixed = sent.some(({ operation }) => operation.scope !== sent[0]?.operation.scope)
    for (const { fate, calls } of sent) {
      const failed = calls.find((call) => call.settledAt === now && isFailed(call) && !isRefusal(errorOf(call)))
      const leftMs = Math.min(...calls.map(({ deadlineAt }) => deadlineAt)) - now
      const isFirst = calls[0]?.timesSent === 1
      if (fate === 'answered' || fate === 'unknown') {
        const open = calls.find(({ settledSequence }) => settledSequence === undefined)
        check(open === undefined, () => `not settled by its reply: ${describe(open as Call)}`)
      } else if (failed === undefined || !isFirst || group.settings.answersAtOnce) {
        // Nothing was to be sent again.
      } else if (fate === 'refused') {
        // Another limiter's operation may be why.
        check(!isWhole || !isMixed || leftMs <= 0, () => `failed for another limiter's sake: ${describe(failed)}`)
      } else {
        const hasTime = leftMs > MAX_BACK_OFF_MS + 10
        check(!hasTime, () => `failed instead of being sent again: ${describe(failed)}`)
      }
    }
  }

  decided(call: Call, decision: CountedDecision): void {
    const sent = call.travelsIn
    check(sent?.fate === 'answered', () => `answered before its store answered: ${describe(call)}`)
    const answer = answersOf(sent)[sent.calls.indexOf(call)]
    check(answer !== undefined, () => `answered by a take that it is not part of: ${describe(call)}`)
    const wrong = wrongness(call, sent, answer, decision, 'store', this.#local.leewayOf(call, sent))
    check(wrong === undefined, () => `${wrong}: ${describe(call)}`)
  }

  /** Nobody is left in doubt, or without it, for nothing; and nobody fails early. */
  failed(call: Call, { outcome }: StoreError): void {
    const { actor, travelsIn, timesSent, refusedAt, settledAt, at } = call
    check((outcome === 'unknown') === (travelsIn !== undefined), () => {
      return `${outcome}, though it ${travelsIn ? 'travels' : 'does not travel'}: ${describe(call)}`
    })
    if (outcome === 'unknown' || isRefusal(errorOf(call))) return
    const { group, deadlineMs } = actor
    const { stalledAt, overshootMs } = this.#book.scheduler
    // After a stall, a call may join a take that has waited all through it.
    if (stalledAt > at - deadlineMs || this.#underWay.wasFullSince(group, at)) return
    if (timesSent === 0) {
      const waitedMs = settledAt - at
      check(waitedMs >= deadlineMs * 0.7, () => `failed after ${waitedMs} ms without being sent: ${describe(call)}`)
    } else if (refusedAt !== undefined) {
      const idleMs = settledAt - refusedAt
      check(idleMs <= MAX_BACK_OFF_MS + 10 * overshootMs + 10, () => {
        return `refused for the moment, and not sent again for ${idleMs} ms: ${describe(call)}`
      })
    }
  }
}

/** Those of the calls, in their order, that a take is sent for. */
function wantedCalls(sent: Sent, waiting: readonly Call[], isAgain: boolean): Call[] {
  const isAtOnce = sent.command.group.settings.answersAtOnce
  // A store that answers at once is asked for the latest call before the next one is made.
  const candidates = isAtOnce ? waiting.filter(({ sequence }) => sequence < sent.sequence).slice(-1) : waiting
  const calls: Call[] = []
  for (const call of candidates) {
    if (call.sequence > sent.sequence || calls.length === sent.callers) break
    if (call.travelsIn !== undefined || isTooLate(errorOf(call)) || !isOpenAt(call, sent.sequence)) continue
    if (!isAgain && (call.timesSent > 0 || (!isAtOnce && isLocal(call)))) continue
    calls.push(call)
  }
  return calls
}
