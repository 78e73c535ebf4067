import { type Cost, type Decision, OptionError, StoreError } from '../../src/index.ts'
import type { Actor, Refundable } from './actor.ts'
import { BreakerWatch } from './breaker-watch.ts'
import { Checker, describe, MOST_ABOVE_LIMIT, signatureOf } from './checker.ts'
import { type Call, type Change, Journal } from './journal.ts'
import { LocalWatch } from './local-watch.ts'
import { Random } from './random.ts'
import { Scheduler } from './scheduler.ts'
import { type Focus, newSetting, type Setting } from './setting.ts'
import { SimulatedSignal } from './signal.ts'
import type { Statistics } from './statistics.ts'
import { check, Violation } from './violation.ts'

const CALLS = 150

/** One limiter's life with its store and users, decided by a seed. */
export class History {
  readonly #random: Random
  readonly #scheduler: Scheduler
  readonly #journal: Journal = new Journal()
  readonly #setting: Setting
  readonly #checker: Checker
  readonly #breakers: BreakerWatch
  readonly #statistics: Statistics
  readonly #isEven: boolean
  readonly #signals: SimulatedSignal[] = []
  readonly #isIsolated: boolean
  #callsLeft: number = CALLS
  #actionsLeft = 2 * CALLS
  /** What a callback found, to be thrown by the next step. */
  #violation: unknown

  constructor(
    seed: number,
    statistics: Statistics,
    trace: ((line: string) => void) | undefined,
    focus: Focus | undefined,
  ) {
    const random = new Random(seed)
    this.#random = random
    this.#statistics = statistics
    this.#isEven = random.chance(0.7)
    this.#isIsolated = random.chance(0.05)
    this.#scheduler = new Scheduler(random, random.chance(focus === 'stalls' ? 0.9 : 0.2) ? 0.01 : 0, trace)
    this.#scheduler.install()
    const global = globalThis as { EdgeRuntime?: string }
    if (this.#isIsolated) global.EdgeRuntime = 'simulated'
    try {
      this.#setting = newSetting(random, this.#scheduler, this.#journal, this.#isEven, focus, (change) => {
        this.#scheduler.write(`the breaker of ${change.store} is ${change.state}`)
        this.#journal.add({ kind: 'breaker changed', change })
      })
    } finally {
      delete global.EdgeRuntime
    }
    const { groups, failures, probeAfterMs, actors } = this.#setting
    this.#breakers = new BreakerWatch(this.#scheduler, groups, failures, probeAfterMs, this.#isIsolated)
    const local = new LocalWatch(this.#scheduler, this.#isEven)
    this.#checker = new Checker(this.#scheduler, local, this.#breakers, this.#isIsolated)
    for (const actor of actors) {
      this.#checker.knows(actor)
      this.#breakers.uses(actor.group, actor.deadlineMs)
      this.#breakers.uses(actor.fallback, actor.deadlineMs)
    }
  }

  async run(): Promise<void> {
    this.#scheduler.after(0, '', () => this.#act())
    while (this.#scheduler.step()) {
      await settled()
      if (this.#violation !== undefined) throw this.#violation
      this.#checker.step(this.#journal.take())
      this.#statistics.steps++
    }
    this.#checker.end()
    check(this.#scheduler.holdingTimers === 0, () => 'a timer is left')
    check(this.#checker.openDrains === 0, () => `${this.#checker.openDrains} drains never resolved`)
    for (const { listeners } of this.#signals) check(listeners.size === 0, () => 'somebody still listens to a signal')
    this.#statistics.breakersOpened += this.#breakers.opened
  }

  /** One thing that users do, and when the next one is done. */
  #act(): void {
    const random = this.#random
    const { meanGapMs } = this.#setting
    if (this.#callsLeft <= 0 || --this.#actionsLeft <= 0) return
    const gapMs = random.chance(0.3) ? 0 : -Math.log(1 - random.next()) * meanGapMs
    this.#scheduler.after(gapMs, '', () => this.#act())
    const kind = random.next()
    if (kind < 0.68) this.#burst()
    else if (kind < 0.87) this.#refund()
    else if (kind < 0.92) this.#reset()
    else if (kind < 0.95) this.#drain()
    else this.#happen()
  }

  #burst(): void {
    const random = this.#random
    const { actors } = this.#setting
    const count = Math.min(this.#callsLeft, random.pick([1, 1, 1, 2, 5, 20, random.chance(0.15) ? 100 : 3]))
    const actor = random.pick(actors)
    const id = this.#anyId(actor)
    const isMixed = random.chance(0.5)
    for (let i = 0; i < count; i++) {
      const by = isMixed && random.chance(0.4) ? random.pick(actors) : actor
      this.#call(by, isMixed && random.chance(0.5) ? this.#anyId(by) : id)
    }
    if (count >= 20 && random.chance(0.1)) {
      // More than a command takes.
      for (let i = 0; i < 300; i++) this.#call(actor, `many${i % 290}`)
    }
  }

  #anyId({ fallback }: Actor): string {
    // With two stores, identifiers that are called once tell exactly what became of a call.
    if (fallback !== undefined && this.#random.chance(0.4)) return `once${this.#scheduler.nextSequence()}`
    return this.#random.pick(this.#setting.ids)
  }

  #call(actor: Actor, id: string): void {
    const random = this.#random
    const { windows, limiter, group } = actor
    this.#callsLeft--
    this.#statistics.calls++
    const isPeek = random.chance(0.08)
    const units = [...new Set(windows.flatMap(({ unit }) => unit ?? []))]
    const cost = this.#anyCost(units, isPeek)
    const shift = random.chance(0.1) ? random.pick([-3, MOST_ABOVE_LIMIT]) : 0
    const limits = windows.map(({ limit }) => Math.max(0, limit + shift))
    const costs = windows.map(({ unit }) => costOf(cost, unit, isPeek))
    const signal = random.chance(0.12) ? new SimulatedSignal() : undefined
    const call: Call = {
      sequence: this.#scheduler.nextSequence(),
      actor,
      id,
      signature: signatureOf({
        costs: isPeek ? costs.map(() => 0) : costs,
        windows: limits.map((limit) => ({ limit })),
      }),
      costs,
      limits,
      isPeek,
      at: this.#scheduler.now,
      deadlineAt: this.#scheduler.now + actor.deadlineMs,
      stalledBefore: this.#scheduler.stalledMs,
      group,
      isAborted: false,
      travelsIn: undefined,
      timesSent: 0,
      refusedAt: undefined,
      settledSequence: undefined,
      settledAt: 0,
      decision: undefined,
      error: undefined,
    }
    this.#checker.called(call)
    if (this.#scheduler.isTraced) this.#scheduler.write(describe(call))
    const options = {
      ...(cost === undefined ? {} : { cost }),
      ...(shift === 0 ? {} : { limit: limits }),
      ...(signal === undefined ? {} : { signal: signal as unknown as AbortSignal }),
    }
    const asked = isPeek ? limiter.peek(id, options) : limiter.limit(id, options)
    asked.then(
      (decision) => this.#settle(call, decision, undefined),
      (error: unknown) => this.#settle(call, undefined, error),
    )
    if (signal !== undefined) this.#abortSometime(call, signal)
  }

  #anyCost(units: readonly string[], isPeek: boolean): Cost | undefined {
    const random = this.#random
    const any = (): number => (random.chance(0.6) ? 1 : random.int(0, 5))
    if (units.length > 1) {
      return isPeek && random.chance(0.5) ? undefined : Object.fromEntries(units.map((unit) => [unit, any()]))
    }
    return random.chance(0.6) ? undefined : any()
  }

  #settle(call: Call, decision: Decision | undefined, error: unknown): void {
    if (call.isAborted && decision !== undefined) call.isAborted = false
    if (!call.isAborted || call.settledSequence === undefined) call.settledSequence = this.#scheduler.nextSequence()
    call.settledAt = this.#scheduler.now
    call.decision = decision
    call.error = error
    this.#journal.add({ kind: 'call settled', call })
    this.#statistics.settled(call)
    if (this.#scheduler.isTraced) this.#scheduler.write(`${describe(call)}: ${resultOf(decision, error)}`)
    if (decision?.allowed && decision.source !== 'failure-policy' && !call.isPeek) {
      call.actor.refundables.push({ call, left: [...call.costs] })
    }
    if (this.#callsLeft > 0 && this.#random.chance(0.1)) this.#call(call.actor, call.id)
  }

  #abortSometime(call: Call, signal: SimulatedSignal): void {
    const random = this.#random
    this.#signals.push(signal)
    const abort = (): void => {
      if (call.settledSequence === undefined) {
        call.isAborted = true
        call.settledSequence = this.#scheduler.nextSequence()
        this.#statistics.aborts++
        this.#scheduler.write(`abort ${describe(call)}`)
      }
      signal.abort()
    }
    const when = random.next()
    if (when < 0.1) abort()
    else if (when < 0.3) afterMicrotasks(random.int(1, 5), abort)
    else if (when < 0.8) this.#scheduler.after(random.next() * random.pick([2, call.actor.deadlineMs]), '', abort)
  }

  #refund(): void {
    const actor = this.#random.pick(this.#setting.actors)
    const { refundables } = actor
    if (refundables.length === 0) return
    const refundable = refundables[
      this.#random.int(Math.max(0, refundables.length - 10), refundables.length - 1)
    ] as Refundable
    const { call, left } = refundable
    const units = [...new Set(actor.windows.flatMap(({ unit }) => unit ?? []))]
    const isPartial = this.#random.chance(0.4)
    const cost = isPartial ? this.#anyCost(units, false) : undefined
    const wanted = cost === undefined ? [...left] : actor.windows.map(({ unit }) => costOf(cost, unit, false))
    const signal = this.#random.chance(0.1) ? new SimulatedSignal() : undefined
    const options = {
      ...(cost === undefined ? {} : { cost }),
      ...(signal === undefined ? {} : { signal: signal as unknown as AbortSignal }),
    }
    const isTooMuch = wanted.some((each, i) => each > (left[i] as number))
    const isNothing = !isTooMuch && wanted.every((each) => each === 0)
    if (isTooMuch || isNothing) {
      const refunding = actor.limiter.refund(call.decision as Decision, options)
      const verify = (result: unknown): void =>
        this.#guard(() => {
          check(
            isTooMuch ? result instanceof OptionError : result === false,
            () => `a refund of ${wanted} of ${left}: ${result}`,
          )
        })
      refunding.then(verify, verify)
      return
    }
    const change = this.#newChange('refund', actor, call.id, wanted)
    wanted.forEach((each, i) => {
      left[i] = (left[i] as number) - each
    })
    this.#statistics.refunds++
    this.#scheduler.write(`refund ${wanted} of ${describe(call)}`)
    actor.limiter.refund(call.decision as Decision, options).then(
      (result) => this.#settleChange(change, result, undefined),
      (error: unknown) => {
        if (error instanceof StoreError && error.outcome === 'not-executed') {
          wanted.forEach((each, i) => {
            left[i] = (left[i] as number) + each
          })
        }
        this.#settleChange(change, undefined, error)
      },
    )
    if (signal !== undefined) this.#abortChangeSometime(change, signal)
  }

  #reset(): void {
    const actor = this.#random.pick(this.#setting.actors)
    const change = this.#newChange('reset', actor, this.#random.pick(this.#setting.ids), [])
    this.#statistics.resets++
    this.#scheduler.write(describe(change))
    actor.limiter.reset(change.id).then(
      () => this.#settleChange(change, true, undefined),
      (error: unknown) => this.#settleChange(change, undefined, error),
    )
  }

  #newChange(kind: 'refund' | 'reset', actor: Actor, id: string, units: readonly number[]): Change {
    const change: Change = {
      sequence: this.#scheduler.nextSequence(),
      kind,
      actor,
      id,
      units,
      at: this.#scheduler.now,
      stalledBefore: this.#scheduler.stalledMs,
      isAborted: false,
      groups: [],
      latest: undefined,
      settledSequence: undefined,
      settledAt: 0,
      result: undefined,
      error: undefined,
    }
    this.#checker.changing(change)
    return change
  }

  #settleChange(change: Change, result: boolean | undefined, error: unknown): void {
    change.settledSequence = this.#scheduler.nextSequence()
    change.settledAt = this.#scheduler.now
    change.result = result
    change.error = error
    if (error === undefined) change.isAborted = false
    this.#journal.add({ kind: 'change settled', change })
    this.#scheduler.write(`${describe(change)}: ${error ?? result}`)
  }

  #abortChangeSometime(change: Change, signal: SimulatedSignal): void {
    this.#signals.push(signal)
    this.#scheduler.after(this.#random.next() * 5, '', () => {
      if (change.settledSequence !== undefined) return
      change.isAborted = true
      signal.abort()
    })
  }

  #drain(): void {
    const actor = this.#random.pick(this.#setting.actors)
    const { group, fallback } = actor
    const before = [...this.#checker.open].filter((one) => {
      return one.actor === actor || (one.actor.group === group && one.actor.fallback === undefined)
    })
    const { now, stalledMs } = this.#scheduler
    this.#statistics.drains++
    this.#checker.openDrains++
    this.#scheduler.write(`drain ${actor.name}`)
    const resolved = (): void => {
      this.#checker.openDrains--
      this.#scheduler.write(`drain ${actor.name}: done`)
      if (this.#isIsolated) return
      this.#guard(() => {
        const open = before.find(({ settledSequence }) => settledSequence === undefined)
        check(open === undefined, () => `drain resolved before ${describe(open as Call)}`)
        const longestMs = Math.max(...this.#setting.actors.map(({ deadlineMs }) => deadlineMs))
        const tookMs = this.#scheduler.now - now - (this.#scheduler.stalledMs - stalledMs)
        const mostMs = (fallback === undefined ? 2 : 3) * longestMs + 10 * this.#scheduler.overshootMs
        check(tookMs <= mostMs, () => `drain took ${tookMs} ms`)
      })
    }
    // Those who were settled in this very moment are told first.
    actor.limiter.drain().then(() => afterMicrotasks(3, resolved))
  }

  /** Something that happens to a store. */
  #happen(): void {
    const random = this.#random
    const { storages, groups, hasOutages } = this.#setting
    if (!this.#isEven && random.chance(0.4)) {
      const storage = random.pick(storages)
      const ms = random.pick([-20, -3, -1, 1, 3, 20])
      this.#scheduler.write(`a store's clock jumps by ${ms} ms`)
      storage.offsetMs += ms
      return
    }
    if (!hasOutages) return
    const group = random.pick(groups)
    const ms = random.pick([20, 200, 2000])
    const until = this.#scheduler.now + ms
    const isOutage = random.chance(0.5)
    this.#scheduler.write(`${group.settings.label} ${isOutage ? 'is out' : 'stands still'} for ${ms} ms`)
    if (isOutage) group.outageUntil = until
    else group.stalledUntil = until
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#violation ??= error
    }
  }
}

function costOf(cost: Cost | undefined, unit: string | undefined, isPeek: boolean): number {
  if (cost === undefined) return isPeek && unit !== undefined ? 0 : 1
  return typeof cost === 'number' ? cost : (cost[unit ?? ''] ?? 0)
}

function resultOf(decision: Decision | undefined, error: unknown): string {
  if (decision === undefined) return `${error}`
  const { allowed, source } = decision
  const figures = source === 'failure-policy' ? '' : `, ${decision.windows.map(({ remaining }) => remaining)} remaining`
  return `${allowed ? 'allowed' : 'denied'} by ${source}${figures}`
}

function afterMicrotasks(count: number, run: () => void): void {
  let promise = Promise.resolve()
  for (let i = 1; i < count; i++) promise = promise.then(() => {})
  promise.then(run)
}

/** Until all promises have settled that can. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

export { Violation }
