import {
  type AdjustedWindow,
  type Adjustment,
  type AdjustReply,
  type FixedWindow,
  type Operation,
  StoreError,
} from '../../../src/index.ts'
import type { Change, Command, Sent } from '../journal.ts'
import type { Actor } from '../world/actor.ts'
import type { Book } from './book.ts'
import { describe, isOpenAt, isTooLate } from './facts.ts'
import type { UnderWay } from './under-way.ts'
import { check } from './violation.ts'

/** How much higher than its limiter's the limit of a call is at most. */
export const MOST_ABOVE_LIMIT = 4

/** Watches refunds, settlements, resets, and what leases give back. */
export class Changes {
  readonly #book: Book
  readonly #underWay: UnderWay
  readonly #changeOf: Map<Operation, Change> = new Map()

  constructor(book: Book, underWay: UnderWay) {
    this.#book = book
    this.#underWay = underWay
  }

  /** Whether it is known which change an operation is for. The units that a lease gives back may look like a refund. */
  isKnown(actor: Actor): boolean {
    return !this.#book.isLoose(actor) && (actor.lease === undefined || !this.#book.drained.has(actor))
  }

  /** @returns whether it is sent for the first time. */
  sent(sent: Sent, actor: Actor): boolean {
    const { original, operation, command } = sent
    const known = this.#changeOf.get(original)
    const change = known ?? this.#asked(sent, actor) ?? this.#givenBack(sent, actor)
    this.#changeOf.set(original, change)
    change.latest = sent
    sent.change = change
    const needsToken = operation.kind === 'adjust' && command.group.settings.resends
    const hasToken = operation.kind === 'adjust' && operation.token !== undefined
    check(!needsToken || hasToken, () => `an adjustment without a token: ${describe(change)}`)
    if (known !== undefined) return false
    if (change.kind !== 'give back' && this.isKnown(actor)) this.#underWay.sentFirst(sent, change, change)
    return true
  }

  afterLanding({ sent }: Command): void {
    for (const { fate, change } of sent) {
      if (change === undefined || !this.isKnown(change.actor)) continue
      const isOver = fate === 'answered' || fate === 'unknown'
      const isSettled = change.settledSequence !== undefined
      check(!isOver || isSettled, () => `not settled by its reply: ${describe(change)}`)
    }
  }

  settled(change: Change): void {
    const { kind, actor, error, latest, isAborted, at } = change
    const { now } = this.#book.scheduler
    // The other store goes on.
    if (error !== undefined && actor.fallback !== undefined) this.#book.isBusyUntil(now + actor.deadlineMs)
    if (isAborted) this.#book.isBusyUntil(at + actor.deadlineMs)
    if (error !== undefined) {
      check(isAborted || error instanceof StoreError, () => `failed with ${error}: ${describe(change)}`)
      return
    }
    if (!this.isKnown(actor)) return
    check(latest?.fate === 'answered', () => `resolved without an answer: ${describe(change)}`)
    if (kind === 'reset') return
    const reply = latest.execution?.reply
    check(reply !== undefined && 'repeated' in reply, () => `not answered as an adjustment: ${describe(change)}`)
    const gave = reply.windows.some((window) => window !== 'ended' && window.applied < 0)
    const isRight = kind === 'refund' ? change.result === gave : isSettledAs(change.result, reply)
    const said = (): string => `resolves to ${JSON.stringify(change.result)}, the store says ${JSON.stringify(reply)}`
    check(isRight, () => `${said()}: ${describe(change)}`)
  }

  /** The refund, settlement or reset that an operation is for. */
  #asked({ operation, sequence, command }: Sent, actor: Actor): Change | undefined {
    for (const change of this.#book.changesOf(actor, operation.id)) {
      if (!isOpenAt(change, sequence) || change.sequence > sequence || isTooLate(change.error)) continue
      if ((change.kind === 'reset') !== (operation.kind === 'clear')) continue
      if (operation.kind === 'adjust' && !isMadeOf(operation, change.units)) continue
      // A reset asks both of the stores.
      if (change.groups.includes(command.group)) continue
      change.groups.push(command.group)
      return change
    }
    return undefined
  }

  /** Changes that nobody asked for: units of a lease, or the rest of a reset that failed with the other store. */
  #givenBack({ operation, sequence }: Sent, actor: Actor): Change {
    const isRest = operation.kind === 'clear' && actor.fallback !== undefined
    const isLease = operation.kind === 'adjust' && actor.lease !== undefined
    check(isRest || isLease, () => `nobody asked for the ${operation.kind} of ${actor.name}/${operation.id}`)
    if (operation.kind === 'adjust') checkHeld(operation, actor)
    const { now, stalledMs } = this.#book.scheduler
    this.#book.isBusyUntil(now + actor.deadlineMs)
    const change = newChange('give back', actor, operation.id, [], sequence, now, stalledMs)
    change.settledSequence = sequence
    return change
  }
}

export function newChange(
  kind: Change['kind'],
  actor: Actor,
  id: string,
  units: readonly number[],
  sequence: number,
  at: number,
  stalledBefore: number,
): Change {
  return {
    sequence,
    kind,
    actor,
    id,
    units,
    at,
    stalledBefore,
    isAborted: false,
    groups: [],
    latest: undefined,
    settledSequence: undefined,
    settledAt: at,
    result: undefined,
    error: undefined,
  }
}

/** A lease gives back only what it held: no more than its share. */
function checkHeld({ windows }: Adjustment, actor: Actor): void {
  for (const { change, windowMs, anchor, unit } of windows as readonly (AdjustedWindow & FixedWindow)[]) {
    const own = actor.windows.find((each) => each.window === windowMs && each.anchor === anchor && each.unit === unit)
    const most = (actor.lease?.share ?? 0) * ((own?.limit ?? 0) + MOST_ABOVE_LIMIT)
    check(change < 0 && -change <= most, () => `a lease held ${-change} units, more than ${most}`)
  }
}

function isMadeOf({ windows }: Adjustment, changes: readonly number[]): boolean {
  return windows.map(({ change }) => change).join() === changes.join()
}

function isSettledAs(result: Change['result'], reply: AdjustReply): boolean {
  if (typeof result !== 'object' || result.windows.length !== reply.windows.length) return false
  return result.windows.every((window, i) => {
    const told = reply.windows[i]
    return (window.state === 'ended') === (told === 'ended')
  })
}
