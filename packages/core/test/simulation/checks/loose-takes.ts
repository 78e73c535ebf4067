import type { Take } from '../../../src/index.ts'
import type { Call, Sent } from '../journal.ts'
import type { Actor } from '../world/actor.ts'
import { type Answer, answersOf, type CountedDecision, wrongness } from './answers.ts'
import type { Book } from './book.ts'
import { describe, errorOf, isFor, isNotExecuted, keyOf, signatureOf } from './facts.ts'
import type { LocalWatch } from './local-watch.ts'
import { check } from './violation.ts'

/**
 * Watches the takes of limiters whose calls may be in one of several queues. In which take a call travels is not known: its
 * answer must be the next one of some take.
 */
export class LooseTakes {
  readonly #book: Book
  readonly #local: LocalWatch
  /** Answered in this step. */
  #answered: Sent[] = []
  readonly #settled: Map<string, Call[]> = new Map()

  constructor(book: Book, local: LocalWatch) {
    this.#book = book
    this.#local = local
  }

  sent(sent: Sent, take: Take, actor: Actor, isFallback: boolean): void {
    let wanted = 0
    for (const call of this.#book.open) {
      const isEarlier = 'costs' in call && call.actor === actor && call.sequence < sent.sequence
      if (isEarlier && isFor(call, take, isFallback)) wanted++
    }
    check(wanted >= sent.callers, () => `a take is for ${sent.callers} callers, but only ${wanted} wait`)
  }

  answered(sent: Sent): void {
    this.#answered.push(sent)
  }

  /** After each step. */
  step(): void {
    this.#answered = []
  }

  settled(call: Call): void {
    const key = keyOf(call.actor, call.id, call.signature)
    const list = this.#settled.get(key)
    if (list === undefined) this.#settled.set(key, [call])
    else list.push(call)
  }

  decided(call: Call, decision: CountedDecision): void {
    let wrong: string | undefined = 'no reply'
    for (const sent of this.#answered) {
      const isFallback = sent.command.group !== call.actor.group
      if (sent.operation.scope !== call.actor.name || !isFor(call, sent.operation as Take, isFallback)) continue
      const answers = answersOf(sent)
      const leeway = isFallback ? undefined : this.#local.leewayOf(call, sent)
      for (let k = sent.answersGiven; k < answers.length; k++) {
        wrong = wrongness(call, sent, answers[k] as Answer, decision, isFallback ? 'fallback' : 'store', leeway)
        if (wrong !== undefined) continue
        sent.answersGiven = k + 1
        return
      }
    }
    check(false, () => `${wrong}: ${describe(call)}`)
  }

  /** A caller that may have been charged knows that. */
  end(all: readonly Sent[]): void {
    const charged = new Map<string, number>()
    for (const { command, operation, callers, fate, execution } of all) {
      const { actor, isFallback } = this.#book.ownerOf(command.group, operation.scope)
      if (operation.kind !== 'take' || isFallback || !this.#book.isLoose(actor) || fate === 'answered') continue
      const reply = execution?.reply
      if (reply === undefined || !('timesTaken' in reply)) continue
      const key = keyOf(actor, operation.id, signatureOf(operation.costs, operation.windows))
      charged.set(key, (charged.get(key) ?? 0) + Math.min(callers, reply.timesTaken))
    }
    for (const [key, times] of charged) {
      const calls = this.#settled.get(key) ?? []
      const unsure = calls.filter((call) => call.decision?.source !== 'store' && !isNotExecuted(errorOf(call))).length
      check(times <= unsure, () => `${times} calls were charged, but only ${unsure} callers know of it: ${key}`)
    }
  }
}
