import type { Capabilities, CounterStore, Operation, Reply } from '../../../src/index.ts'
import { type Command, copyOf, type Journal, type Sent } from '../journal.ts'
import { Fates, type Faults, fateOf, type Outcome } from './faults.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Storage } from './storage.ts'
import { describeFate, describeOperations } from './texts.ts'

export interface GroupSettings {
  readonly label: string
  readonly latencyMs: number
  /** Commands arrive and are answered in the order in which they were sent. */
  readonly isOrdered: boolean
  readonly answersAtOnce: boolean
  readonly parallelism: number
  readonly resends: boolean
  readonly faults: Faults
  /** Every command with an operation of this limiter is refused as a whole. */
  readonly forbiddenScope: string | undefined
  /** The counters of this identifier can't be read. */
  readonly brokenId: string | undefined
  /** Two store objects in place of one. */
  readonly isTwofold: boolean
}

/** One process's side of a storage: all limiters on it share commands and a breaker. */
export class Group {
  readonly settings: GroupSettings
  readonly storage: Storage
  readonly stores: readonly CounterStore[]
  /** Until when every command is lost. */
  outageUntil = 0
  /** Until when the store executes nothing. */
  stalledUntil = 0
  readonly #scheduler: Scheduler
  readonly #random: Random
  readonly #journal: Journal
  readonly #prefetched: WeakMap<object, number>
  readonly #fates: Fates
  readonly #arrivals: (() => void)[] = []
  readonly #landings: (() => void)[] = []

  constructor(
    settings: GroupSettings,
    storage: Storage,
    scheduler: Scheduler,
    random: Random,
    journal: Journal,
    prefetched: WeakMap<object, number>,
  ) {
    this.settings = settings
    this.storage = storage
    this.#scheduler = scheduler
    this.#random = random
    this.#journal = journal
    this.#prefetched = prefetched
    this.#fates = new Fates(settings, storage, random)
    const sharedBy = {}
    this.stores = Array.from({ length: settings.isTwofold ? 2 : 1 }, () => this.#newStore(sharedBy))
  }

  #newStore(sharedBy: object): CounterStore {
    const { label, parallelism, resends, answersAtOnce, isTwofold } = this.settings
    const capabilities: Capabilities = {
      label,
      parallelism,
      resends,
      answersAtOnce: answersAtOnce ? (operation) => this.#answerAtOnce(operation) : undefined,
      sharedBy: isTwofold ? sharedBy : undefined,
    }
    return { capabilities, apply: (operations) => this.#apply(operations) }
  }

  #newCommand(operations: readonly Operation[]): Command {
    const sent: Sent[] = []
    const command: Command = {
      group: this,
      sentAt: this.#scheduler.now,
      sent,
      landedSequence: undefined,
      isWhole: false,
    }
    for (const original of operations) {
      const operation = copyOf(original)
      sent.push({
        sequence: this.#scheduler.nextSequence(),
        command,
        original,
        operation,
        callers: operation.kind === 'take' ? operation.times - (this.#prefetched.get(original) ?? 0) : 1,
        execution: undefined,
        timesExecuted: 0,
        calls: [],
        fate: undefined,
        change: undefined,
        answersGiven: 0,
      })
    }
    this.#journal.add({ kind: 'sent', command })
    if (this.#scheduler.isTraced)
      this.#scheduler.write(`${this.settings.label} is sent ${describeOperations(operations)}`)
    return command
  }

  #apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const command = this.#newCommand(operations)
    const { latencyMs, isOrdered } = this.settings
    const random = this.#random
    const plan = this.#fates.planOf(command, this.#scheduler.now < this.outageUntil)
    if (plan.throwsAtOnce) {
      this.#land(command, new Error('thrown at once'), undefined, undefined)
      throw new Error('thrown at once')
    }
    return new Promise((resolve, reject) => {
      const arrive = (): void => {
        const outcome = plan.arrive()
        const land = (): void => {
          if (!plan.isHeard) return
          this.#land(command, outcome, resolve, reject)
        }
        if (isOrdered) this.#landings.push(land)
        this.#scheduler.after(
          this.#delay(latencyMs) * plan.slowness,
          '',
          isOrdered ? () => this.#landings.shift()?.() : land,
        )
      }
      if (isOrdered) this.#arrivals.push(arrive)
      const stallMs = Math.max(0, this.stalledUntil - this.#scheduler.now)
      const delayMs = this.#delay(latencyMs) + stallMs * random.next() * 2
      this.#scheduler.after(delayMs, '', isOrdered ? () => this.#arrivals.shift()?.() : arrive)
    })
  }

  #delay(meanMs: number): number {
    return (meanMs / 2) * this.#random.pick([0.5, 1, 1, 1, 1.3, 3])
  }

  #answerAtOnce(operation: Operation): Reply | Error {
    const command = this.#newCommand([operation])
    const plan = this.#fates.planOf(command, this.#scheduler.now < this.outageUntil)
    const outcome = plan.throwsAtOnce ? new Error('thrown at once') : plan.arrive()
    this.#land(command, outcome, undefined, undefined)
    if (outcome instanceof Error) throw outcome
    const reply = outcome[0] as Reply | Error
    if (reply === null || reply === undefined || reply instanceof Error) return reply
    // The store may use the reply again: a caller that keeps it would read nonsense later.
    const reused = { ...reply } as Reply
    if ('windows' in reused && operation.kind === 'take') {
      const windows = (reply as { windows: readonly object[] }).windows.map((window) => ({ ...window }))
      Object.assign(reused, { windows })
      this.#scheduler.after(0, '', () => {
        for (const window of windows) Object.assign(window, { used: 7777, resetAt: 7777 })
      })
    }
    return reused
  }

  #land(
    command: Command,
    outcome: Outcome,
    resolve: ((replies: readonly (Reply | Error)[]) => void) | undefined,
    reject: ((error: unknown) => void) | undefined,
  ): void {
    const sequence = this.#scheduler.nextSequence()
    command.landedSequence = sequence
    command.isWhole = outcome instanceof Error
    command.sent.forEach((sent, i) => {
      sent.fate = fateOf(sent, outcome instanceof Error ? outcome : outcome[i])
    })
    this.#journal.add({ kind: 'landed', command, sequence })
    if (this.#scheduler.isTraced) {
      const fates = command.sent.map(({ fate, execution }) => describeFate(fate, execution?.reply))
      this.#scheduler.write(`${this.settings.label} replies: ${fates.join('; ')}${command.isWhole ? ' (all)' : ''}`)
    }
    if (outcome instanceof Error) reject?.(outcome)
    else resolve?.(outcome)
  }
}
