import { Background } from '../dispatch/background.ts'
import { runtime, type Timer } from '../dispatch/runtime.ts'

/** Timers of all runtimes hold no more. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Those who are woken. */
export interface Sleeper {
  alarm: Alarm | undefined
  wake(): void
}

/** One for all that wait for the same edge. */
export interface Alarm {
  readonly key: unknown
  /** After the edge, so that processes do not all ask at once. */
  readonly jitterMs: number
  readonly sleepers: Set<Sleeper>
  /** By this process's monotonic clock. */
  dueAt: number
  timer: Timer | undefined
}

/**
 * Wakes all that wait for the same edge in one turn, so that what they ask shares a command. Timers run in no caller's async
 * context, and none is left behind once nobody waits for it.
 */
export class Alarms {
  readonly #maxJitterMs: number
  /** Where a timer belongs to the request that sets it, each sleeper has its own. */
  readonly #isIsolated: boolean
  readonly #alarms: Map<unknown, Alarm> = new Map()
  readonly #background: Background = new Background()

  constructor(maxJitterMs: number, isIsolated: boolean) {
    this.#maxJitterMs = maxJitterMs
    this.#isIsolated = isIsolated
  }

  /**
   * @param edge When the edge is, by the store's clock: the same for all that wait for it. Without one, a sleeper waits by itself.
   * @param inMs How long it is until then: of several who say so, the least is nearest to the truth.
   */
  set(sleeper: Sleeper, edge: number | undefined, inMs: number): void {
    const key = this.#isIsolated || edge === undefined ? sleeper : edge
    if (sleeper.alarm?.key === key) return
    this.cancel(sleeper)
    let alarm = this.#alarms.get(key)
    if (alarm === undefined) {
      const jitterMs = runtime.random() * this.#maxJitterMs
      alarm = { key, jitterMs, sleepers: new Set(), dueAt: Number.POSITIVE_INFINITY, timer: undefined }
      this.#alarms.set(key, alarm)
    }
    alarm.sleepers.add(sleeper)
    sleeper.alarm = alarm
    const dueAt = runtime.now() + inMs + alarm.jitterMs
    if (dueAt >= alarm.dueAt) return
    alarm.dueAt = dueAt
    this.#arm(alarm)
  }

  cancel(sleeper: Sleeper): void {
    const { alarm } = sleeper
    if (alarm === undefined) return
    sleeper.alarm = undefined
    alarm.sleepers.delete(sleeper)
    if (alarm.sleepers.size === 0) this.#remove(alarm)
  }

  /** Rings if it should have rung by now. Fake timers that are removed take the timer with them. */
  ringIfOverdue(alarm: Alarm | undefined): void {
    if (alarm !== undefined && runtime.now() > alarm.dueAt) this.#ring(alarm)
  }

  #arm(alarm: Alarm): void {
    if (this.#isIsolated) this.#setTimer(alarm)
    else this.#background.run(() => this.#setTimer(alarm))
  }

  #setTimer(alarm: Alarm): void {
    if (alarm.timer !== undefined) runtime.clearTimer(alarm.timer)
    alarm.timer = undefined
    if (this.#alarms.get(alarm.key) !== alarm) return
    const ms = Math.ceil(Math.max(0, alarm.dueAt - runtime.now()))
    const onTimer = (): void => {
      if (runtime.now() < alarm.dueAt) this.#arm(alarm)
      else this.#ring(alarm)
    }
    alarm.timer = runtime.setTimer(onTimer, Math.min(ms, MAX_TIMER_MS))
  }

  #ring(alarm: Alarm): void {
    this.#remove(alarm)
    for (const sleeper of alarm.sleepers) {
      sleeper.alarm = undefined
      sleeper.wake()
    }
  }

  #remove(alarm: Alarm): void {
    this.#alarms.delete(alarm.key)
    if (alarm.timer !== undefined) runtime.clearTimer(alarm.timer)
    alarm.timer = undefined
  }
}
