import type { Operation } from '../../../src/index.ts'
import type { Call, Change, Command, Sent } from '../journal.ts'
import type { Group } from '../world/group.ts'
import { type Book, MAX_DEADLINE_MS } from './book.ts'
import { describe, isOpen, keyOf } from './facts.ts'
import { check } from './violation.ts'

/** The bounds of a command: an operation on one or two windows counts as 1, on three or four as 2. */
const MAX_WEIGHT = 256
const MAX_IN_FLIGHT = 16

/** Watches commands: how much, how many, in which order, how soon, and that nothing is sent again that may have run. */
export class UnderWay {
  readonly #book: Book
  readonly #commands: Map<Group, Set<Command>> = new Map()
  /** Groups that have as many commands under way as they may, and when they last had. */
  readonly #full: Set<Group> = new Set()
  readonly #fullAt: Map<Group, number> = new Map()
  /** Since when nothing was under way. */
  readonly #idleSince: Map<Group, number> = new Map()
  /** Operations that were answered, or may have been executed, and by whom. */
  readonly #over: Map<Operation, readonly Group[]> = new Map()
  /** The newest call or change that was sent, by limiter and identifier. */
  readonly #newest: Map<string, number> = new Map()

  constructor(book: Book) {
    this.#book = book
  }

  sent(command: Command): void {
    const { sent, group } = command
    const weight = sent.reduce((sum, { operation }) => sum + Math.ceil(operation.windows.length / 2), 0)
    check(weight <= MAX_WEIGHT, () => `a command of weight ${weight}`)
    for (const { original, operation } of sent) {
      const isOver = this.#over.get(original)?.includes(group)
      check(!isOver, () => `sent again although it may have been executed: ${JSON.stringify(operation)}`)
    }
    if (this.#book.isIsolated || group.settings.answersAtOnce) return
    const commands = this.#commands.get(group) ?? new Set()
    if (commands.size > 0) this.#idleSince.delete(group)
    this.#commands.set(group, commands.add(command))
    const count = this.#count(group)
    if (commands.size >= MAX_IN_FLIGHT) this.#full.add(group)
    check(count <= MAX_IN_FLIGHT || ![...commands].every(isKnown), () => `${count} commands under way`)
  }

  /** Operations that are sent for the first time leave in order and in time. */
  sentFirst({ command }: Sent, first: Call | Change, last: Call | Change): void {
    if (this.#book.isIsolated) return
    const { actor, id, at, stalledBefore } = first
    const key = keyOf(actor, id)
    const newest = this.#newest.get(key) ?? 0
    check(first.sequence > newest, () => `overtook an earlier operation of its identifier: ${describe(first)}`)
    this.#newest.set(key, last.sequence)
    const { now, stalledMs, stalledAt, overshootMs } = this.#book.scheduler
    const waitedMs = now - at - (stalledMs - stalledBefore)
    const mostMs = actor.deadlineMs / 4 + 4 * overshootMs + 0.001
    const isInTime = waitedMs <= mostMs || this.wasFullSince(command.group, at)
    check(isInTime, () => `waited ${waitedMs} ms before it was sent, not ${mostMs}: ${describe(first)}`)
    const idleAt = Math.max(at, this.#idleSince.get(command.group) ?? now)
    const idleMs = stalledAt >= idleAt ? 0 : now - idleAt
    check(idleMs <= overshootMs + 0.001, () => `waited ${idleMs} ms though nothing was under way: ${describe(first)}`)
  }

  landed(command: Command): void {
    const { group, sent } = command
    const commands = this.#commands.get(group)
    if (commands?.delete(command) && commands.size === 0) this.#idleSince.set(group, this.#book.scheduler.now)
    for (const { fate, original } of sent) {
      if (fate === 'answered' || fate === 'unknown') {
        this.#over.set(original, [...(this.#over.get(original) ?? []), group])
      }
    }
  }

  /** Whether calls had to wait, as too many commands were under way. */
  wasFullSince(group: Group, at: number): boolean {
    return (this.#fullAt.get(group) ?? -1) >= at
  }

  /** After each step. */
  step(): void {
    for (const group of this.#full) {
      this.#fullAt.set(group, this.#book.scheduler.now)
      if (this.#countUntilDeadline(group) < MAX_IN_FLIGHT) this.#full.delete(group)
    }
  }

  /** Commands that somebody waits for, or may wait for. */
  #count(group: Group): number {
    return this.#countThose(group, ({ calls, change }) => calls.some(isOpen) || isOpen(change))
  }

  /** Those that count as under way, though their callers may have left: until their deadline, and a look longer. */
  #countUntilDeadline(group: Group): number {
    const { now } = this.#book.scheduler
    return this.#countThose(group, ({ calls, change }) => {
      const callsEnd = Math.max(...calls.map(({ deadlineAt }) => deadlineAt))
      const changeEnd = change === undefined ? 0 : change.at + change.actor.deadlineMs
      return Math.max(callsEnd, changeEnd) > now - MAX_DEADLINE_MS / 8 - 10
    })
  }

  #countThose(group: Group, isWanted: (sent: Sent) => boolean): number {
    let count = 0
    for (const { sent, sentAt } of this.#commands.get(group) ?? []) {
      const isYoung = this.#book.scheduler.now - sentAt < MAX_DEADLINE_MS
      if (sent.some((each) => (isAssigned(each) ? isWanted(each) : isYoung))) count++
    }
    return count
  }
}

/** Whether it is known who waits for it. */
function isAssigned({ calls, change }: Sent): boolean {
  return change !== undefined || calls.length > 0
}

function isKnown({ sent }: Command): boolean {
  return sent.every(isAssigned)
}
