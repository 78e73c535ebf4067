import {
  type AdjustedWindow,
  type Adjustment,
  type Decision,
  type FixedWindow,
  type Operation,
  OptionError,
  StoreError,
  type Take,
} from '../../src/index.ts'
import type { Actor } from './actor.ts'
import { answersOf, wrongness } from './answers.ts'
import type { BreakerWatch } from './breaker-watch.ts'
import type { Call, Change, Command, Item, Sent } from './journal.ts'
import type { LocalWatch } from './local-watch.ts'
import type { Scheduler } from './scheduler.ts'
import type { Group } from './store.ts'
import { check } from './violation.ts'

/** What a command may ask of the store: an operation on one or two windows counts as 1, on three or four as 2. */
const MAX_WEIGHT = 256
const MAX_IN_FLIGHT = 16
const MAX_DEADLINE_MS = 1000
/** How much higher than their limiter's the limit of some calls is. */
export const MOST_ABOVE_LIMIT = 4
/** How long a retry waits at most. */
const MAX_BACK_OFF_MS = 100

/** Holds what happened in each step against what may happen. */
export class Checker {
  readonly #scheduler: Scheduler
  readonly #local: LocalWatch
  readonly #breakers: BreakerWatch
  readonly #isIsolated: boolean
  readonly #owners: Map<Group, Map<string, { readonly actor: Actor; readonly isFallback: boolean }>> = new Map()
  /** Calls that wait, by limiter, identifier, costs and limits, in the order they came. */
  readonly #waiting: Map<string, Call[]> = new Map()
  readonly #changes: Map<string, Change[]> = new Map()
  readonly #changeOf: Map<Operation, Change> = new Map()
  /** Whose calls a take is for, by the limiter's own object. */
  readonly #callsOf: Map<Operation, readonly Call[]> = new Map()
  /** What was answered, or may have been executed, and by whom. */
  readonly #over: Map<Operation, readonly Group[]> = new Map()
  readonly #allSent: Sent[] = []
  /** The newest call or change that was sent, by limiter and identifier. */
  readonly #newestSent: Map<string, number> = new Map()
  readonly #underWay: Map<Group, Set<Command>> = new Map()
  /** Groups that have as many commands under way as they may, and when they last had. */
  readonly #full: Set<Group> = new Set()
  readonly #fullAt: Map<Group, number> = new Map()
  /** Replies of this step, for limiters whose calls may be on their way to either store. */
  #looseReplies: Sent[] = []
  /** Calls and changes that were asked for and wait, for drains. */
  readonly open: Set<Call | Change> = new Set()
  openDrains = 0
  /** When somebody waited, or something was to be done for nobody. */
  #busyAt = 0

  constructor(scheduler: Scheduler, local: LocalWatch, breakers: BreakerWatch, isIsolated: boolean) {
    this.#scheduler = scheduler
    this.#local = local
    this.#breakers = breakers
    this.#isIsolated = isIsolated
  }

  knows(actor: Actor): void {
    for (const [group, isFallback] of [
      [actor.group, false],
      [actor.fallback, true],
    ] as const) {
      if (group === undefined) continue
      const owners = this.#owners.get(group) ?? new Map()
      this.#owners.set(group, owners.set(actor.name, { actor, isFallback }))
    }
  }

  called(call: Call): void {
    const key = keyOf(call.actor, call.id, call.signature)
    const list = this.#waiting.get(key)
    if (list === undefined) this.#waiting.set(key, [call])
    else list.push(call)
    this.open.add(call)
    this.#busyAt = Math.max(this.#busyAt, call.at)
  }

  changing(change: Change): void {
    const key = keyOf(change.actor, change.id, '')
    const list = this.#changes.get(key)
    if (list === undefined) this.#changes.set(key, [change])
    else list.push(change)
    this.open.add(change)
    this.#busyAt = Math.max(this.#busyAt, change.at)
  }

  step(items: readonly Item[]): void {
    const landed: Command[] = []
    for (const item of items) {
      if (item.kind === 'sent') this.#sent(item.command)
      else if (item.kind === 'landed') {
        landed.push(item.command)
        this.#landed(item.command)
      } else if (item.kind === 'breaker changed') this.#breakers.changed(item.change)
      else if (item.kind === 'call settled') this.#callSettled(item.call)
      else this.#changeSettled(item.change)
    }
    for (const command of landed) this.#afterLanding(command)
    this.#looseReplies = []
    this.#breakers.check()
    this.#checkFull()
    this.#checkIdle()
  }

  /** Two looks after the last caller is settled, no timer keeps the process alive. */
  #checkIdle(): void {
    const { now, holdingTimers, stalledAt, overshootMs } = this.#scheduler
    if (this.open.size > 0 || this.openDrains > 0 || this.#isIsolated) this.#busyAt = Math.max(this.#busyAt, now)
    else if (holdingTimers > 0) {
      const idleMs = now - Math.max(this.#busyAt, stalledAt) - 4 * overshootMs
      check(idleMs <= MAX_DEADLINE_MS / 4, () => `a timer holds the process, though nobody has waited for ${idleMs} ms`)
    }
  }

  /** When nothing is left to happen. */
  end(): void {
    for (const one of this.open) check(false, () => `never settled: ${describe(one)}`)
    const charged = new Map<string, number>()
    for (const sent of this.#allSent) {
      if (sent.timesExecuted === 0) continue
      for (const call of sent.calls) {
        check(!isNotExecuted(errorOf(call)), () => `rejected as not executed, but executed: ${describe(call)}`)
      }
      if (sent.change?.kind === 'refund') {
        check(
          !isNotExecuted(sent.change.error),
          () => `rejected as not executed, but executed: ${describe(sent.change as Change)}`,
        )
      }
      this.#countCharged(sent, charged)
    }
    for (const [key, times] of charged) {
      const calls = this.#loose.get(key) ?? []
      const unsure = calls.filter((call) => call.decision?.source !== 'store' && !isNotExecuted(errorOf(call))).length
      check(
        times <= unsure,
        () => `${times} calls were charged without an answer, but only ${unsure} callers know: ${key}`,
      )
    }
  }

  /** All calls of limiters with a store to fall back on. */
  readonly #loose: Map<string, Call[]> = new Map()

  #countCharged(sent: Sent, charged: Map<string, number>): void {
    const owner = this.#owners.get(sent.command.group)?.get(sent.operation.scope)
    if (sent.operation.kind !== 'take' || owner === undefined || owner.isFallback || !this.#isLoose(owner.actor)) return
    const reply = sent.execution?.reply
    if (sent.fate === 'answered' || reply === undefined || !('timesTaken' in reply)) return
    const key = keyOf(owner.actor, sent.operation.id, signatureOf(sent.operation))
    charged.set(key, (charged.get(key) ?? 0) + Math.min(sent.callers, reply.timesTaken))
  }

  #sent(command: Command): void {
    const { group } = command
    const weight = command.sent.reduce((sum, { operation }) => sum + Math.ceil(operation.windows.length / 2), 0)
    check(weight <= MAX_WEIGHT, () => `a command of weight ${weight}`)
    let isFirst = true
    for (const sent of command.sent) {
      this.#allSent.push(sent)
      check(
        !this.#over.get(sent.original)?.includes(group),
        () => `sent again although it may have been executed: ${JSON.stringify(sent.operation)}`,
      )
      const owner = this.#owners.get(group)?.get(sent.operation.scope)
      check(owner !== undefined, () => `nobody has the scope ${sent.operation.scope}`)
      if (sent.operation.kind !== 'take') isFirst = this.#assignChange(sent, owner.actor) && isFirst
      else if (!this.#isLoose(owner.actor)) isFirst = this.#assignCalls(sent, sent.operation, owner.actor) && isFirst
      else {
        isFirst = false
        this.#checkWanted(sent, sent.operation, owner.actor, owner.isFallback)
      }
    }
    this.#breakers.sent(command, isFirst)
    this.#checkInFlight(command)
  }

  /** @returns whether the take is sent for the first time. */
  #assignCalls(sent: Sent, take: Take, actor: Actor): boolean {
    const calls: Call[] = []
    // What is sent again is the same object, for those of its callers that still wait.
    const earlier = this.#callsOf.get(sent.original)
    const waiting = earlier ?? this.#waiting.get(keyOf(actor, take.id, signatureOf(take))) ?? []
    const isAtOnce = sent.command.group.settings.answersAtOnce
    // A store that answers at once is asked for the latest call before the next one is made.
    const candidates = isAtOnce ? waiting.filter(({ sequence }) => sequence < sent.sequence).slice(-1) : waiting
    for (const call of candidates) {
      if (call.sequence > sent.sequence || calls.length === sent.callers) break
      if (call.travelsIn !== undefined || isTooLate(errorOf(call))) continue
      if (earlier === undefined && (call.timesSent > 0 || (!isAtOnce && isLocal(call)))) continue
      if (call.settledSequence !== undefined && call.settledSequence < sent.sequence) continue
      calls.push(call)
    }
    check(calls.length === sent.callers && sent.callers > 0, () => {
      return `a take of ${actor.name}/${take.id} is for ${sent.callers} callers, but only ${calls.length} wait for it`
    })
    const first = calls[0] as Call
    const isFirst = earlier === undefined
    this.#callsOf.set(sent.original, calls)
    if (isFirst) this.#checkSentInOrder(sent, first, calls.at(-1) as Call)
    for (const call of calls) {
      call.travelsIn = sent
      call.timesSent++
      const lateMs = this.#scheduler.now - call.deadlineAt
      check(lateMs < 0, () => `sent ${lateMs} ms after its deadline: ${describe(call)}`)
    }
    sent.calls = calls
    return isFirst
  }

  #checkSentInOrder({ command }: Sent, first: Call | Change, last: Call | Change): void {
    if (this.#isIsolated) return
    const { actor, id, at, stalledBefore } = first
    const key = keyOf(actor, id, '')
    const newest = this.#newestSent.get(key) ?? 0
    check(first.sequence > newest, () => `overtook an earlier operation of its identifier: ${describe(first)}`)
    this.#newestSent.set(key, last.sequence)
    const stalledMs = this.#scheduler.stalledMs - stalledBefore
    const waitedMs = this.#scheduler.now - at - stalledMs
    const mostMs = actor.deadlineMs / 4 + 4 * this.#scheduler.overshootMs
    const wasFull = (this.#fullAt.get(command.group) ?? -1) >= at
    check(
      wasFull || waitedMs <= mostMs + 0.001,
      () => `waited ${waitedMs} ms before it was sent, not ${mostMs}: ${describe(first)}`,
    )
  }

  #checkWanted(sent: Sent, take: Take, actor: Actor, isFallback: boolean): void {
    const { costs, windows, id } = take
    let wanted = 0
    for (const call of this.open) {
      if (
        'costs' in call &&
        call.actor === actor &&
        call.id === id &&
        call.sequence < sent.sequence &&
        isFor(call, costs, windows, isFallback)
      )
        wanted++
    }
    check(wanted >= sent.callers, () => `a take is for ${sent.callers} callers, but only ${wanted} wait`)
  }

  #assignChange(sent: Sent, actor: Actor): boolean {
    const { original, operation } = sent
    const known = this.#changeOf.get(original)
    const change = known ?? this.#newChange(operation, sent, actor)
    this.#changeOf.set(original, change)
    change.latest = sent
    sent.change = change
    const needsToken = operation.kind === 'adjust' && sent.command.group.settings.resends
    check(
      !needsToken || (operation as Adjustment).token !== undefined,
      () => `an adjustment without a token: ${describe(change)}`,
    )
    if (known === undefined && change.kind !== 'give back' && actor.fallback === undefined)
      this.#checkSentInOrder(sent, change, change)
    return known === undefined
  }

  #newChange(operation: Operation, sent: Sent, actor: Actor): Change {
    for (const change of this.#changes.get(keyOf(actor, operation.id, '')) ?? []) {
      if (!isOpenAt(change, sent.sequence) || change.sequence > sent.sequence) continue
      if (operation.kind === 'clear' ? change.kind !== 'reset' : change.kind !== 'refund') continue
      // A reset asks both of the stores.
      if (change.groups.includes(sent.command.group)) continue
      if (operation.kind === 'adjust' && !gives(operation, change.units)) continue
      change.groups.push(sent.command.group)
      if (operation.kind === 'clear') return change
      return change
    }
    // A reset that failed with one store goes on with the other.
    const isRest = operation.kind === 'clear' && actor.fallback !== undefined
    check(
      isRest || (operation.kind === 'adjust' && actor.lease !== undefined),
      () => `nobody asked for the ${operation.kind} of ${actor.name}/${operation.id}`,
    )
    if (operation.kind === 'adjust') checkHeld(operation, actor)
    const { now, stalledMs } = this.#scheduler
    this.#busyAt = now + actor.deadlineMs
    return {
      sequence: sent.sequence,
      kind: 'give back',
      actor,
      id: operation.id,
      units: [],
      at: now,
      stalledBefore: stalledMs,
      isAborted: false,
      groups: [],
      latest: sent,
      settledSequence: sent.sequence,
      settledAt: now,
      result: undefined,
      error: undefined,
    }
  }

  #checkInFlight(command: Command): void {
    const { group } = command
    if (this.#isIsolated || group.settings.answersAtOnce) return
    const underWay = this.#underWay.get(group) ?? new Set()
    this.#underWay.set(group, underWay.add(command))
    const count = this.#countUnderWay(group)
    if (count >= MAX_IN_FLIGHT) this.#full.add(group)
    const isSure = [...underWay].every(({ sent }) =>
      sent.every(({ calls, change }) => change !== undefined || calls.length > 0),
    )
    check(count <= MAX_IN_FLIGHT || !isSure, () => `${count} commands under way`)
  }

  /** Commands that somebody waits for, or may wait for. */
  #countUnderWay(group: Group): number {
    let count = 0
    for (const { sent, sentAt } of this.#underWay.get(group) ?? []) {
      const isYoung = this.#scheduler.now - sentAt < MAX_DEADLINE_MS
      const isWanted = sent.some(({ calls, change }) => {
        return change === undefined && calls.length === 0 ? isYoung : calls.some(isWaiting) || isOpenChange(change)
      })
      if (isWanted) count++
    }
    return count
  }

  #checkFull(): void {
    for (const group of this.#full) {
      this.#fullAt.set(group, this.#scheduler.now)
      if (this.#countUnderWay(group) < MAX_IN_FLIGHT) this.#full.delete(group)
    }
  }

  #landed(command: Command): void {
    this.#underWay.get(command.group)?.delete(command)
    let isWaitedFor = true
    for (const sent of command.sent) {
      const { operation, fate, calls } = sent
      const owner = this.#owners.get(command.group)?.get(operation.scope)
      const isLoose = owner === undefined || this.#isLoose(owner.actor)
      const landedAt = command.landedSequence ?? 0
      if (isLoose || operation.kind !== 'take' || !calls.every((call) => isOpenAt(call, landedAt))) isWaitedFor = false
      if (fate === 'answered' && operation.kind === 'take' && owner !== undefined) {
        if (isLoose) this.#looseReplies.push(sent)
        if (!owner.isFallback) this.#local.landed(owner.actor, sent, command)
      }
      if (fate === 'answered' || fate === 'unknown')
        this.#over.set(sent.original, [...(this.#over.get(sent.original) ?? []), command.group])
      if (fate === 'refused' || fate === 'refused for the moment') {
        for (const call of calls) {
          if (call.travelsIn !== sent || !isOpenAt(call, landedAt)) continue
          call.travelsIn = undefined
          call.refusedAt = fate === 'refused for the moment' ? this.#scheduler.now : undefined
        }
      }
    }
    this.#breakers.landed(command, isWaitedFor)
  }

  /** Whoever was answered knows it by now. */
  #afterLanding(command: Command): void {
    const { now } = this.#scheduler
    const isMixed = command.sent.some(({ operation }) => operation.scope !== command.sent[0]?.operation.scope)
    for (const { fate, calls, change } of command.sent) {
      if (fate === 'answered' || fate === 'unknown') {
        for (const call of calls)
          check(call.settledSequence !== undefined, () => `not settled by its reply: ${describe(call)}`)
        if (change === undefined || this.#isLoose(change.actor)) continue
        check(change.settledSequence !== undefined, () => `not settled by its reply: ${describe(change)}`)
      } else if (fate === 'refused' && command.isWhole && isMixed) {
        // Another limiter's operation may be why.
        const hasTime = calls.every(({ deadlineAt }) => deadlineAt > now)
        const failed = calls.find(({ timesSent, settledAt }) => hasTime && timesSent === 1 && settledAt === now)
        check(
          failed === undefined || !isFailed(failed),
          () => `failed for another limiter's sake: ${describe(failed as Call)}`,
        )
      } else if (fate === 'refused for the moment' && calls.length > 0 && !command.group.settings.answersAtOnce) {
        const hasTime = Math.min(...calls.map(({ deadlineAt }) => deadlineAt)) - now > MAX_BACK_OFF_MS + 10
        const isJoined = (calls[0] as Call).timesSent > 1
        const failed = calls.find((call) => call.settledAt === now && isFailed(call) && !isRefusal(errorOf(call)))
        check(
          !hasTime || isJoined || failed === undefined,
          () => `failed instead of being sent again: ${describe(failed as Call)}`,
        )
      }
    }
  }

  #callSettled(call: Call): void {
    this.#checkInTime(call)
    this.open.delete(call)
    const key = keyOf(call.actor, call.id, call.signature)
    const list = this.#waiting.get(key) as Call[]
    list.splice(list.indexOf(call), 1)
    if (this.#isLoose(call.actor)) {
      const all = this.#loose.get(key)
      if (all === undefined) this.#loose.set(key, [call])
      else all.push(call)
    }
    const { decision, actor } = call
    // What was sent for a caller that left is waited for until its deadline.
    if (call.isAborted) this.#busyAt = Math.max(this.#busyAt, call.deadlineAt)
    if (decision === undefined) {
      if (call.isAborted) this.#breakers.left(actor.group)
      else this.#failed(call, call.error)
    } else if (decision.source === 'failure-policy') {
      check(
        actor.policy === (decision.allowed ? 'allow' : 'deny'),
        () => `the policy is ${actor.policy}, the decision another`,
      )
      this.#failed(call, decision.error)
    } else this.#decided(call, decision)
    if (call.isAborted && actor.fallback !== undefined) this.#breakers.left(actor.fallback)
  }

  #decided(call: Call, decision: Exclude<Decision, { source: 'failure-policy' }>): void {
    const { source } = decision
    check(decision.cost !== undefined && decision.id === call.id, () => 'the decision is about another call')
    if (source === 'lease') return this.#local.settledByLease(call, decision)
    if (source === 'deny-cache') return this.#local.settledByDenyCache(call, decision)
    if (this.#isLoose(call.actor)) return this.#decidedLoosely(call, decision)
    const sent = call.travelsIn
    check(sent?.fate === 'answered', () => `answered before its store answered: ${describe(call)}`)
    const answer = answersOf(sent)[sent.calls.indexOf(call)]
    check(answer !== undefined, () => `answered by a take that it is not part of: ${describe(call)}`)
    const wrong = wrongness(call, sent, answer, decision, 'store', this.#local.leewayOf(call, sent))
    check(wrong === undefined, () => `${wrong}: ${describe(call)}`)
  }

  /** With two stores it is not known in which take a call travels: its answer must be the next one of some take. */
  #decidedLoosely(call: Call, decision: Exclude<Decision, { source: 'failure-policy' }>): void {
    let wrong: string | undefined = 'no reply'
    for (const sent of this.#looseReplies) {
      const isFallback = sent.command.group !== call.actor.group
      const { costs, windows, id } = sent.operation as Take
      if (id !== call.id || sent.operation.scope !== call.actor.name || !isFor(call, costs, windows, isFallback))
        continue
      const answers = answersOf(sent)
      const leeway = isFallback ? undefined : this.#local.leewayOf(call, sent)
      for (let k = sent.answersGiven; k < answers.length; k++) {
        const answer = answers[k] as (typeof answers)[0]
        wrong = wrongness(call, sent, answer, decision, isFallback ? 'fallback' : 'store', leeway)
        if (wrong !== undefined) continue
        sent.answersGiven = k + 1
        return
      }
    }
    check(false, () => `${wrong}: ${describe(call)}`)
  }

  #failed(call: Call, error: unknown): void {
    check(error instanceof StoreError, () => `failed with ${error}: ${describe(call)}`)
    const { actor, travelsIn, timesSent, refusedAt, settledAt } = call
    if (isRefusal(error)) this.#breakers.refused(actor.fallback ?? actor.group, call.at)
    if (this.#isLoose(actor)) return
    const isUnknown = error.outcome === 'unknown'
    check(
      isUnknown === (travelsIn !== undefined),
      () => `${error.outcome}, though it ${travelsIn ? 'travels' : 'does not travel'}: ${describe(call)}`,
    )
    if (isUnknown || isRefusal(error)) return
    const { group, deadlineMs } = actor
    // After a stall, a call may join a take that has waited all through it.
    const stalled = this.#scheduler.stalledAt > call.at - deadlineMs || (this.#fullAt.get(group) ?? -1) >= call.at
    if (timesSent === 0) {
      const waited = settledAt - call.at
      check(
        stalled || waited >= deadlineMs * 0.7,
        () => `failed after ${waited} ms without being sent: ${describe(call)}`,
      )
    } else if (refusedAt !== undefined && !stalled && !group.settings.isOrdered) {
      const left = settledAt - refusedAt
      check(
        left <= MAX_BACK_OFF_MS + 10 * this.#scheduler.overshootMs + 10,
        () => `refused for the moment, and not sent again for ${left} ms: ${describe(call)}`,
      )
    }
  }

  #changeSettled(change: Change): void {
    this.#checkInTime(change)
    this.open.delete(change)
    const list = this.#changes.get(keyOf(change.actor, change.id, '')) as Change[]
    list.splice(list.indexOf(change), 1)
    const { kind, actor, id, error, latest, isAborted } = change
    if (error !== undefined && actor.fallback !== undefined) this.#busyAt = this.#scheduler.now + actor.deadlineMs // the other store goes on
    if (isAborted) {
      this.#busyAt = Math.max(this.#busyAt, change.at + actor.deadlineMs)
      this.#breakers.left(actor.group)
      if (actor.fallback !== undefined) this.#breakers.left(actor.fallback)
    }
    this.#local.forget(actor.index, id, kind === 'reset')
    if (error !== undefined) {
      check(isAborted || error instanceof StoreError, () => `failed with ${error}: ${describe(change)}`)
      return
    }
    if (this.#isLoose(actor)) return
    check(latest?.fate === 'answered', () => `resolved without an answer: ${describe(change)}`)
    if (kind !== 'refund') return
    const reply = latest.execution?.reply
    check(reply !== undefined && 'repeated' in reply, () => 'no adjustment')
    const gave = reply.windows.some((window) => window !== 'ended' && window.applied < 0)
    check(
      change.result === gave,
      () => `a refund resolves to ${change.result}, the store says ${gave}: ${describe(change)}`,
    )
  }

  /**
   * Which call travels in which take can't be told from outside: with a second store, or where each turn of the event loop has
   * a queue.
   */
  #isLoose({ fallback }: Actor): boolean {
    return this.#isIsolated || fallback !== undefined
  }

  #checkInTime(one: Call | Change): void {
    check(!(one.error instanceof OptionError), () => `${one.error}`)
    const stores = one.actor.fallback === undefined ? 1 : 2
    const stalledMs = this.#scheduler.stalledMs - one.stalledBefore
    const mostMs = stores * one.actor.deadlineMs + stalledMs + 4 * stores * this.#scheduler.overshootMs + 0.001
    const tookMs = one.settledAt - one.at
    check(tookMs <= mostMs, () => `settled after ${tookMs} ms, not within ${mostMs}: ${describe(one)}`)
  }
}

function keyOf({ index }: Actor, id: string, signature: string): string {
  return `${index} ${id} ${signature}`
}

export function signatureOf({
  costs,
  windows,
}: Pick<Take, 'costs'> & { windows: readonly { limit: number }[] }): string {
  return `${costs} of ${windows.map(({ limit }) => limit)}`
}

function isFor(call: Call, costs: readonly number[], windows: Take['windows'], isFallback: boolean): boolean {
  return windows.every(({ limit }, i) => {
    const own = call.limits[i] as number
    const asked = call.isPeek ? 0 : call.costs[i]
    return costs[i] === asked && limit === (isFallback ? Math.floor(own * call.actor.fallbackShare) : own)
  })
}

/** What a lease gives back is what it held: no more than its share. */
function checkHeld({ windows }: Adjustment, actor: Actor): void {
  for (const { change, windowMs, anchor, unit } of windows as readonly (AdjustedWindow & FixedWindow)[]) {
    const own = actor.windows.find((each) => each.window === windowMs && each.anchor === anchor && each.unit === unit)
    const most = (actor.lease?.share ?? 0) * ((own?.limit ?? 0) + MOST_ABOVE_LIMIT)
    check(change < 0 && -change <= most, () => `a lease held ${-change} units, more than ${most}`)
  }
}

function gives({ windows }: Adjustment, units: readonly number[]): boolean {
  const changes = units.filter((each) => each > 0).map((each) => -each)
  return windows.map(({ change }) => change).join() === changes.join()
}

function isNotExecuted(error: unknown): boolean {
  return error instanceof StoreError && error.outcome === 'not-executed'
}

function isLocal({ decision }: Call): boolean {
  return decision?.source === 'lease' || decision?.source === 'deny-cache'
}

/** Failed when it was about to be sent. */
function isTooLate(error: unknown): boolean {
  return isNotExecuted(error) && (error as StoreError).message.startsWith('the store did not answer')
}

function isRefusal(error: unknown): boolean {
  return error instanceof StoreError && error.message.startsWith('the store was not asked')
}

function errorOf({ error, decision }: Call): unknown {
  return decision?.source === 'failure-policy' ? decision.error : error
}

function isFailed(call: Call): boolean {
  return !call.isAborted && errorOf(call) !== undefined
}

function isWaiting({ settledSequence }: Call): boolean {
  return settledSequence === undefined
}

function isOpenAt({ settledSequence }: Call | Change, sequence: number): boolean {
  return settledSequence === undefined || settledSequence > sequence
}

function isOpenChange(change: Change | undefined): boolean {
  return change !== undefined && change.settledSequence === undefined
}

export function describe(one: Call | Change): string {
  const name = `${one.actor.name}/${one.id} #${one.sequence}`
  if (!('costs' in one)) return `${one.kind} ${name}`
  return `${one.isPeek ? 'peek' : 'limit'} ${name}, cost ${one.costs} of ${one.limits}`
}
