import { type Decision, OptionError, type Settlement, StoreError } from '../../../src/index.ts'
import { newChange } from '../checks/changes.ts'
import { describe } from '../checks/facts.ts'
import { check } from '../checks/violation.ts'
import type { Call, Change } from '../journal.ts'
import type { Actor, Refundable } from '../world/actor.ts'
import { SimulatedSignal } from '../world/signal.ts'
import { anyCost, costsOf } from './costs.ts'
import { afterMicrotasks, type Scene } from './scene.ts'

/** Users who refund, settle, reset and drain. */
export class Operators {
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  refund(): void {
    const { random, statistics } = this.#scene
    const target = this.#pickTarget()
    if (target === undefined) return
    const { call, left } = target
    const { actor } = call
    const cost = random.chance(0.4) ? anyCost(actor, random, false) : undefined
    const wanted = cost === undefined ? [...left] : costsOf(actor, cost, false)
    const signal = random.chance(0.1) ? new SimulatedSignal() : undefined
    const refund = (): Promise<boolean> => {
      return actor.limiter.refund(call.decision as Decision, {
        ...(cost === undefined ? {} : { cost }),
        ...(signal === undefined ? {} : { signal: signal as unknown as AbortSignal }),
      })
    }
    if (wanted.some((each, i) => each > (left[i] as number))) this.#expect(refund(), (it) => it instanceof OptionError)
    else if (wanted.every((each) => each === 0)) this.#expect(refund(), (it) => it === false)
    else {
      statistics.refunds++
      this.#change(
        'refund',
        target,
        wanted.map((each) => 0 - each),
        refund,
        signal,
      )
    }
  }

  settle(): void {
    const { random, statistics } = this.#scene
    const target = this.#pickTarget()
    if (target === undefined) return
    const { call, left } = target
    const { actor } = call
    const actual = anyCost(actor, random, false) ?? (actor.windows.length > 2 ? 0 : random.int(0, 8))
    const signal = random.chance(0.1) ? new SimulatedSignal() : undefined
    const settle = (): Promise<Settlement> => {
      const options = signal === undefined ? undefined : { signal: signal as unknown as AbortSignal }
      return actor.limiter.settle(call.decision as Decision, actual, options)
    }
    if (call.costs.every((cost) => cost === 0)) return this.#expect(settle(), (it) => it instanceof OptionError)
    const changes = costsOf(actor, actual, false).map((cost, i) => cost - (left[i] as number))
    statistics.settlements++
    this.#change('settle', target, changes, settle, signal)
  }

  reset(): void {
    const { random, setting, statistics } = this.#scene
    const actor = random.pick(setting.actors)
    const change = this.#newChange('reset', actor, random.pick(setting.ids), [])
    statistics.resets++
    actor.limiter.reset(change.id).then(
      () => this.#settle(change, true, undefined),
      (error: unknown) => this.#settle(change, undefined, error),
    )
  }

  drain(): void {
    const { random, setting, scheduler, book, statistics } = this.#scene
    const actor = random.pick(setting.actors)
    const { group, name } = actor
    const before = [...book.open].filter((one) => {
      return one.actor === actor || (one.actor.group === group && one.actor.fallback === undefined)
    })
    const { now, stalledMs, overshootMs } = scheduler
    const longestMs = Math.max(...setting.actors.map(({ deadlineMs }) => deadlineMs))
    statistics.drains++
    book.openDrains++
    book.drained.add(actor)
    scheduler.write(`drain ${name}`)
    const drained = (): void => {
      book.openDrains--
      scheduler.write(`drain ${name}: done`)
      if (book.isIsolated) return
      const open = before.find(({ settledSequence }) => settledSequence === undefined)
      check(open === undefined, () => `drain resolved before ${describe(open as Call)}`)
      const tookMs = scheduler.now - now - (scheduler.stalledMs - stalledMs)
      check(tookMs <= 3 * longestMs + 10 * overshootMs, () => `drain took ${tookMs} ms`)
    }
    // Those who were settled in this very moment are told first.
    actor.limiter.drain().then(() => afterMicrotasks(3, () => this.#scene.guard(drained)))
  }

  /** One of an actor's latest decisions that took units, if any is not changing. */
  #pickTarget(): Refundable | undefined {
    const { random, setting } = this.#scene
    const actor = random.pick(setting.actors)
    const latest = actor.refundables.slice(-10).filter(({ isChanging }) => !isChanging)
    return latest.length === 0 ? undefined : random.pick(latest)
  }

  #change(
    kind: 'refund' | 'settle',
    target: Refundable,
    changes: readonly number[],
    send: () => Promise<boolean | Settlement>,
    signal: SimulatedSignal | undefined,
  ): void {
    const { call, left } = target
    const change = this.#newChange(kind, call.actor, call.id, changes)
    target.isChanging = true
    const settle = (result: Change['result'], error: unknown): void => {
      target.isChanging = false
      const didNotRun = error instanceof StoreError && error.outcome === 'not-executed'
      for (const [i, each] of changes.entries()) {
        // Units that may not have been charged must not be given back.
        if (!didNotRun && (error === undefined || each < 0)) left[i] = (left[i] as number) + each
      }
      this.#settle(change, result, error)
    }
    send().then(
      (result) => settle(result, undefined),
      (error: unknown) => settle(undefined, error),
    )
    if (signal !== undefined) this.#abortSometime(change, signal)
  }

  #expect(changing: Promise<unknown>, isRight: (result: unknown) => boolean): void {
    const verify = (result: unknown): void =>
      this.#scene.guard(() => {
        check(isRight(result), () => `a change of more than is left, or of nothing: ${result}`)
      })
    changing.then(verify, verify)
  }

  #newChange(kind: 'refund' | 'settle' | 'reset', actor: Actor, id: string, units: readonly number[]): Change {
    const { scheduler, book } = this.#scene
    const { now, stalledMs } = scheduler
    const change = newChange(kind, actor, id, units, scheduler.nextSequence(), now, stalledMs)
    book.changing(change)
    scheduler.write(describe(change))
    return change
  }

  #settle(change: Change, result: Change['result'], error: unknown): void {
    const { scheduler, journal } = this.#scene
    change.settledSequence = scheduler.nextSequence()
    change.settledAt = scheduler.now
    change.result = result
    change.error = error
    if (error === undefined) change.isAborted = false
    journal.add({ kind: 'change settled', change })
    scheduler.write(`${describe(change)}: ${error ?? result}`)
  }

  #abortSometime(change: Change, signal: SimulatedSignal): void {
    const { random, scheduler, signals } = this.#scene
    signals.push(signal)
    scheduler.after(random.next() * 5, '', () => {
      if (change.settledSequence !== undefined) return
      change.isAborted = true
      signal.abort()
    })
  }
}
