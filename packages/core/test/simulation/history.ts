import { Book } from './checks/book.ts'
import { BreakerWatch } from './checks/breaker-watch.ts'
import { Checker } from './checks/checker.ts'
import { LocalWatch } from './checks/local-watch.ts'
import { check } from './checks/violation.ts'
import { Journal } from './journal.ts'
import type { Statistics } from './statistics.ts'
import { Callers } from './users/callers.ts'
import { Operators } from './users/operators.ts'
import type { Scene } from './users/scene.ts'
import { Random } from './world/random.ts'
import { Scheduler } from './world/scheduler.ts'
import { type Focus, newSetting } from './world/setting.ts'

const CALLS = 150

export type Trace = (line: string) => void

/** The life of a few limiters with their stores and users, decided by a seed. */
export class History {
  readonly #scene: Scene
  readonly #callers: Callers
  readonly #operators: Operators
  readonly #checker: Checker
  readonly #breakers: BreakerWatch
  /** The storages' clocks run as evenly as the process's. */
  readonly #isEven: boolean
  #actionsLeft = 2 * CALLS
  /** Violations found outside a step. */
  #violation: unknown

  constructor(seed: number, statistics: Statistics, trace: Trace | undefined, focus: Focus | undefined) {
    const random = new Random(seed)
    this.#isEven = random.chance(0.7)
    const isIsolated = random.chance(0.05)
    const scheduler = new Scheduler(random, random.chance(focus === 'stalls' ? 0.9 : 0.2) ? 0.01 : 0, trace)
    scheduler.install()
    const journal = new Journal()
    const setting = inRuntime(isIsolated, () =>
      newSetting(random, scheduler, journal, this.#isEven, focus, (change) => {
        scheduler.write(`the breaker of ${change.store} is ${change.state}`)
        journal.add({ kind: 'breaker changed', change })
      }),
    )
    const book = new Book(scheduler, isIsolated)
    for (const actor of setting.actors) book.knows(actor)
    this.#breakers = new BreakerWatch(scheduler, setting, isIsolated)
    this.#checker = new Checker(book, new LocalWatch(scheduler, this.#isEven), this.#breakers)
    const guard = (run: () => void): void => this.#guard(run)
    this.#scene = { random, scheduler, setting, journal, book, statistics, signals: [], guard }
    this.#callers = new Callers(this.#scene, CALLS)
    this.#operators = new Operators(this.#scene)
  }

  /** @throws what is wrong, if anything is. */
  async run(): Promise<void> {
    const { scheduler, journal, statistics, signals, book } = this.#scene
    scheduler.after(0, '', () => this.#act())
    while (scheduler.step()) {
      await allSettled()
      if (this.#violation !== undefined) throw this.#violation
      this.#checker.step(journal.take())
      statistics.steps++
    }
    this.#checker.end()
    check(scheduler.holdingTimers === 0, () => 'a timer is left')
    check(book.openDrains === 0, () => `${book.openDrains} drains never resolved`)
    for (const { listeners } of signals) check(listeners.size === 0, () => 'somebody still listens to a signal')
    statistics.breakersOpened += this.#breakers.opened
  }

  /** One thing that somebody does, and when the next one is done. */
  #act(): void {
    const { random, scheduler, setting } = this.#scene
    if (this.#callers.callsLeft <= 0 || --this.#actionsLeft <= 0) return
    const gapMs = random.chance(0.3) ? 0 : -Math.log(1 - random.next()) * setting.meanGapMs
    scheduler.after(gapMs, '', () => this.#act())
    const kind = random.next()
    if (kind < 0.68) this.#callers.burst()
    else if (kind < 0.78) this.#operators.settle()
    else if (kind < 0.87) this.#operators.refund()
    else if (kind < 0.92) this.#operators.reset()
    else if (kind < 0.95) this.#operators.drain()
    else if (!this.#isEven && random.chance(0.4)) this.#moveClock()
    else if (setting.hasOutages) this.#stopStore()
  }

  #moveClock(): void {
    const { random, scheduler, setting } = this.#scene
    const ms = random.pick([-20, -3, -1, 1, 3, 20])
    scheduler.write(`a store's clock jumps by ${ms} ms`)
    random.pick(setting.storages).offsetMs += ms
  }

  #stopStore(): void {
    const { random, scheduler, setting } = this.#scene
    const group = random.pick(setting.groups)
    const ms = random.pick([20, 200, 2000])
    const isOutage = random.chance(0.5)
    scheduler.write(`${group.settings.label} ${isOutage ? 'is out' : 'stands still'} for ${ms} ms`)
    if (isOutage) group.outageUntil = scheduler.now + ms
    else group.stalledUntil = scheduler.now + ms
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#violation ??= error
    }
  }
}

/** Runs something in a runtime where requests are isolated, or in this one. */
function inRuntime<T>(isIsolated: boolean, run: () => T): T {
  const global = globalThis as { EdgeRuntime?: string }
  if (!isIsolated) return run()
  global.EdgeRuntime = 'simulated'
  try {
    return run()
  } finally {
    delete global.EdgeRuntime
  }
}

/** Until all promises have settled that can. */
function allSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
