import type { Book } from '../checks/book.ts'
import type { Journal } from '../journal.ts'
import type { Statistics } from '../statistics.ts'
import type { Random } from '../world/random.ts'
import type { Scheduler } from '../world/scheduler.ts'
import type { Setting } from '../world/setting.ts'
import type { SimulatedSignal } from '../world/signal.ts'

/** The scene that users act upon. */
export interface Scene {
  readonly random: Random
  readonly scheduler: Scheduler
  readonly setting: Setting
  readonly journal: Journal
  readonly book: Book
  readonly statistics: Statistics
  readonly signals: SimulatedSignal[]
  /** Runs what may find a violation outside a step: the present step then fails. */
  guard(run: () => void): void
}

export function afterMicrotasks(count: number, run: () => void): void {
  let promise = Promise.resolve()
  for (let i = 1; i < count; i++) promise = promise.then(() => {})
  promise.then(run)
}
