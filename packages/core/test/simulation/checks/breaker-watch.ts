import type { BreakerChange } from '../../../src/index.ts'
import type { Command } from '../journal.ts'
import type { Group } from '../world/group.ts'
import type { Scheduler } from '../world/scheduler.ts'
import type { Setting } from '../world/setting.ts'
import { check } from './violation.ts'

interface State {
  isOpen: boolean
  /** It was open at some time since the last step, or is. */
  wasOpen: boolean
  openedBeforeStep: boolean
  /** The command that landed last in this step brought an answer. */
  wasAnswered: boolean
  /** Commands without any answer in a row: at most, and at least, what the breaker has counted. */
  atMost: number
  atLeast: number
  readonly longestDeadlineMs: number
  /** When a call was last let through, or the breaker opened. */
  latestProbeAt: number
  stalledThen: number
  /** When a call gave up last, or a command was sent while it was open. */
  leftAt: number
  /** When the latest of the calls was made that were not sent. */
  refusedAt: number
  readonly underWay: Set<Command>
}

/** Holds the breakers of all groups against what their commands brought. */
export class BreakerWatch {
  readonly #scheduler: Scheduler
  readonly #failures: number
  readonly #probeAfterMs: number
  readonly #isIsolated: boolean
  readonly #states: Map<Group, State> = new Map()
  opened = 0

  constructor(scheduler: Scheduler, { groups, actors, failures, probeAfterMs }: Setting, isIsolated: boolean) {
    this.#scheduler = scheduler
    this.#failures = failures
    this.#probeAfterMs = probeAfterMs
    this.#isIsolated = isIsolated
    for (const group of groups) {
      const users = actors.filter((actor) => actor.group === group || actor.fallback === group)
      this.#states.set(group, newState(Math.max(0, ...users.map(({ deadlineMs }) => deadlineMs))))
    }
  }

  /** The changes that the breaker reported. */
  changed({ store, state: now }: BreakerChange): void {
    for (const [group, state] of this.#states) {
      if (group.settings.label !== store) continue
      check(state.isOpen === (now === 'closed'), () => `the breaker of ${store} is ${now} twice`)
      state.isOpen = now === 'open'
      state.openedBeforeStep = false
      if (state.isOpen) {
        state.wasOpen = true
        this.opened++
        state.latestProbeAt = this.#scheduler.now
        state.stalledThen = this.#scheduler.stalledMs
      }
    }
  }

  /** @param isFirst Whether no operation of the command is known to have been sent before. */
  sent(command: Command, isFirst: boolean): void {
    const state = this.#state(command.group)
    state.underWay.add(command)
    if (!state.openedBeforeStep || !state.isOpen) return
    const { now } = this.#scheduler
    state.leftAt = now
    if (this.#isIsolated || !isFirst) return
    const sinceMs = now - state.latestProbeAt
    check(sinceMs >= this.#probeAfterMs, () => `the open breaker lets a call through after ${sinceMs} ms`)
    state.latestProbeAt = now
  }

  /** A call gave up, perhaps the one that was let through. */
  left(group: Group): void {
    this.#state(group).leftAt = this.#scheduler.now
  }

  landed(command: Command, isWaitedFor: boolean): void {
    const state = this.#state(command.group)
    state.underWay.delete(command)
    state.wasAnswered = command.sent.some(({ fate }) => fate === 'answered')
    if (state.wasAnswered) {
      state.atMost = 0
      state.atLeast = 0
      return
    }
    state.atMost++
    const isYoung = this.#scheduler.now - command.sentAt < state.longestDeadlineMs / 2
    if (command.isWhole && command.sent[0]?.fate === 'unknown' && isWaitedFor && isYoung) state.atLeast++
  }

  /** A call was not sent, as the breaker is said to be open. */
  refused(group: Group, at: number): void {
    const state = this.#state(group)
    check(state.wasOpen, () => `${group.settings.label} was not asked, but its breaker is closed`)
    state.refusedAt = Math.max(state.refusedAt, at)
  }

  /** After each step. */
  step(): void {
    for (const [group, state] of this.#states) {
      const { label } = group.settings
      if (!state.isOpen) {
        check(state.atLeast < this.#failures, () => `the breaker of ${label} is closed after ${state.atLeast} failures`)
      } else if (!state.openedBeforeStep) {
        // Any command under way may be overdue: one that is sent again has only the rest of its calls' time.
        const most = state.atMost + state.underWay.size
        check(most >= this.#failures, () => `the breaker of ${label} opened after ${most} failures`)
      } else {
        check(!state.wasAnswered, () => `the breaker of ${label} stays open though the store answers`)
      }
      state.wasAnswered = false
      const waited = state.refusedAt - Math.max(state.latestProbeAt, state.leftAt)
      const isDue = waited > 3 * this.#probeAfterMs + 10 && state.stalledThen === this.#scheduler.stalledMs
      check(!isDue, () => `the open breaker lets nothing through for ${waited} ms`)
      state.openedBeforeStep = state.isOpen
      state.wasOpen = state.isOpen
    }
  }

  #state(group: Group): State {
    return this.#states.get(group) as State
  }
}

function newState(longestDeadlineMs: number): State {
  return {
    isOpen: false,
    wasOpen: false,
    openedBeforeStep: false,
    wasAnswered: false,
    atMost: 0,
    atLeast: 0,
    longestDeadlineMs,
    latestProbeAt: 0,
    stalledThen: 0,
    leftAt: 0,
    refusedAt: 0,
    underWay: new Set(),
  }
}
