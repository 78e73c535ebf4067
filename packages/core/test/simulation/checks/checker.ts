import { OptionError, StoreError } from '../../../src/index.ts'
import type { Call, Change, Command, Item, Sent } from '../journal.ts'
import type { Book } from './book.ts'
import type { BreakerWatch } from './breaker-watch.ts'
import { Changes } from './changes.ts'
import { ExactTakes } from './exact-takes.ts'
import { describe, errorOf, isNotExecuted, isOpenAt, isRefusal } from './facts.ts'
import type { LocalWatch } from './local-watch.ts'
import { LooseTakes } from './loose-takes.ts'
import { inOrder } from './order.ts'
import { UnderWay } from './under-way.ts'
import { check } from './violation.ts'

/** Holds what happened in each step against what may happen. */
export class Checker {
  readonly #book: Book
  readonly #local: LocalWatch
  readonly #breakers: BreakerWatch
  readonly #underWay: UnderWay
  readonly #exact: ExactTakes
  readonly #loose: LooseTakes
  readonly #changes: Changes
  readonly #allSent: Sent[] = []

  constructor(book: Book, local: LocalWatch, breakers: BreakerWatch) {
    this.#book = book
    this.#local = local
    this.#breakers = breakers
    this.#underWay = new UnderWay(book)
    this.#exact = new ExactTakes(book, local, this.#underWay)
    this.#loose = new LooseTakes(book, local)
    this.#changes = new Changes(book, this.#underWay)
  }

  step(items: readonly Item[]): void {
    const landed: Command[] = []
    for (const item of inOrder(items)) {
      if (item.kind === 'sent') this.#sent(item.command)
      else if (item.kind === 'landed') {
        landed.push(item.command)
        this.#landed(item.command)
      } else if (item.kind === 'breaker changed') this.#breakers.changed(item.change)
      else if (item.kind === 'call settled') this.#callSettled(item.call)
      else this.#changeSettled(item.change)
    }
    for (const command of landed) {
      this.#exact.afterLanding(command)
      this.#changes.afterLanding(command)
    }
    this.#loose.step()
    this.#breakers.step()
    this.#underWay.step()
    this.#book.checkIdle()
  }

  /** When nothing is left to happen. */
  end(): void {
    for (const one of this.#book.open) check(false, () => `never settled: ${describe(one)}`)
    for (const { timesExecuted, calls, change } of this.#allSent) {
      if (timesExecuted === 0) continue
      const wrong = calls.find((call) => isNotExecuted(errorOf(call)))
      check(wrong === undefined, () => `rejected as not executed, but executed: ${describe(wrong as Call)}`)
      const isWrong =
        (change?.kind === 'refund' || change?.kind === 'settle') &&
        this.#changes.isKnown(change.actor) &&
        isNotExecuted(change.error)
      check(!isWrong, () => `rejected as not executed, but executed: ${describe(change as Change)}`)
    }
    this.#loose.end(this.#allSent)
  }

  #sent(command: Command): void {
    this.#underWay.sent(command)
    let isFirst = true
    for (const sent of command.sent) {
      this.#allSent.push(sent)
      const { operation } = sent
      const { actor, isFallback } = this.#book.ownerOf(command.group, operation.scope)
      if (operation.kind !== 'take') isFirst = this.#changes.sent(sent, actor) && isFirst
      else if (!this.#book.isLoose(actor)) isFirst = this.#exact.sent(sent, operation, actor) && isFirst
      else {
        this.#loose.sent(sent, operation, actor, isFallback)
        isFirst = false
      }
    }
    this.#breakers.sent(command, isFirst)
  }

  #landed(command: Command): void {
    this.#underWay.landed(command)
    let isWaitedFor = true
    for (const sent of command.sent) {
      const { operation, fate, calls } = sent
      const { actor, isFallback } = this.#book.ownerOf(command.group, operation.scope)
      const isLoose = this.#book.isLoose(actor)
      const isOpen = calls.every((call) => isOpenAt(call, command.landedSequence ?? 0))
      if (isLoose || operation.kind !== 'take' || !isOpen) isWaitedFor = false
      if (fate !== 'answered' || operation.kind !== 'take') continue
      if (isLoose) this.#loose.answered(sent)
      if (!isFallback) this.#local.landed(actor, sent, command)
    }
    this.#exact.landed(command)
    this.#breakers.landed(command, isWaitedFor)
  }

  #callSettled(call: Call): void {
    const { decision, actor, isAborted } = call
    this.#checkInTime(call)
    this.#book.settled(call)
    if (this.#book.isLoose(actor)) this.#loose.settled(call)
    // A take that was sent for a caller that left is waited for until its deadline.
    if (isAborted) this.#book.isBusyUntil(call.deadlineAt)
    if (isAborted && decision === undefined) this.#breakers.left(actor.group)
    if (isAborted && actor.fallback !== undefined) this.#breakers.left(actor.fallback)
    if (decision === undefined) {
      if (!isAborted) this.#failed(call)
      return
    }
    check(decision.id === call.id, () => `the decision is about another call: ${describe(call)}`)
    if (decision.source === 'failure-policy') {
      const isByPolicy = actor.policy === (decision.allowed ? 'allow' : 'deny')
      check(isByPolicy, () => `${actor.policy} is the policy, the decision is another: ${describe(call)}`)
      this.#failed(call)
    } else if (decision.source === 'lease') this.#local.settledByLease(call, decision)
    else if (decision.source === 'deny-cache') this.#local.settledByDenyCache(call, decision)
    else if (this.#book.isLoose(actor)) this.#loose.decided(call, decision)
    else this.#exact.decided(call, decision)
  }

  #failed(call: Call): void {
    const error = errorOf(call)
    const { actor, at } = call
    check(error instanceof StoreError, () => `failed with ${error}: ${describe(call)}`)
    if (isRefusal(error)) this.#breakers.refused(actor.fallback ?? actor.group, at)
    if (!this.#book.isLoose(actor)) this.#exact.failed(call, error)
  }

  #changeSettled(change: Change): void {
    const { kind, actor, id, isAborted } = change
    this.#checkInTime(change)
    this.#book.settled(change)
    if (isAborted) this.#breakers.left(actor.group)
    if (isAborted && actor.fallback !== undefined) this.#breakers.left(actor.fallback)
    this.#local.forget(actor.index, id, kind === 'reset')
    this.#changes.settled(change)
  }

  #checkInTime(one: Call | Change): void {
    check(!(one.error instanceof OptionError), () => `${one.error}`)
    const { stalledMs, overshootMs } = this.#book.scheduler
    const stores = one.actor.fallback === undefined ? 1 : 2
    const mostMs = stores * (one.actor.deadlineMs + 4 * overshootMs) + (stalledMs - one.stalledBefore) + 0.001
    const tookMs = one.settledAt - one.at
    check(tookMs <= mostMs, () => `settled after ${tookMs} ms, not within ${mostMs}: ${describe(one)}`)
  }
}
