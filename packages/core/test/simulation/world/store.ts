import { type Capabilities, type CounterStore, type Operation, type Reply, StoreError } from '../../../src/index.ts'
import { type Command, copyOf, type Fate, type Journal, type Sent } from '../journal.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Storage } from './storage.ts'

/** How often something goes wrong, each from 0 to 1. */
export interface Faults {
  readonly refusedForTheMoment: number
  readonly refused: number
  readonly lost: number
  readonly entry: number
  readonly malformed: number
  readonly late: number
}

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

type Outcome = (Reply | Error)[] | Error

/** What one process has of a storage: all limiters on it share commands and a breaker. */
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
  #arrivals: (() => void)[] = []
  #landings: (() => void)[] = []

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
      isCountedOverdue: false,
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
    if (this.#scheduler.isTraced) this.#scheduler.write(`${this.settings.label} is sent ${describe(operations)}`)
    return command
  }

  #apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    const command = this.#newCommand(operations)
    const { latencyMs, isOrdered } = this.settings
    const random = this.#random
    const plan = this.#planOf(command)
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

  /** What is to become of a command, decided when it is sent. */
  #planOf(command: Command): { arrive: () => Outcome; isHeard: boolean; slowness: number; throwsAtOnce: boolean } {
    const random = this.#random
    const { faults, forbiddenScope } = this.settings
    const all = (): Outcome => command.sent.map((sent) => this.#execute(sent))
    const plan = { arrive: all, isHeard: true, slowness: random.chance(faults.late) ? 60 : 1, throwsAtOnce: false }
    const isOut = this.#scheduler.now < this.outageUntil
    if (command.sent.some(({ operation }) => operation.scope === forbiddenScope)) {
      return { ...plan, arrive: () => new StoreError('forbidden', { outcome: 'not-executed' }) }
    }
    if (isOut || random.chance(faults.lost)) {
      const isExecuted = !isOut && random.chance(0.5)
      return {
        ...plan,
        arrive: () => {
          if (isExecuted) all()
          return random.chance(0.5) ? new Error('lost') : new StoreError('lost', { outcome: 'unknown' })
        },
        isHeard: random.chance(0.5),
        throwsAtOnce: isOut && random.chance(0.1),
      }
    }
    if (random.chance(faults.refusedForTheMoment)) {
      return { ...plan, arrive: () => new StoreError('later', { outcome: 'not-executed', transient: true }) }
    }
    if (random.chance(faults.refused)) {
      return { ...plan, arrive: () => new StoreError('no', { outcome: 'not-executed' }) }
    }
    if (this.settings.resends && random.chance(0.2)) {
      plan.arrive = () => {
        all()
        return all()
      }
    }
    return plan
  }

  #answerAtOnce(operation: Operation): Reply | Error {
    const command = this.#newCommand([operation])
    const plan = this.#planOf(command)
    const outcome = plan.throwsAtOnce ? new Error('thrown at once') : plan.arrive()
    this.#land(command, outcome, undefined, undefined)
    if (outcome instanceof Error) throw outcome
    const reply = outcome[0] as Reply | Error
    if (reply === null || reply === undefined || reply instanceof Error) return reply
    // It may be used again: whoever keeps it reads nonsense later.
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

  #execute(sent: Sent): Reply | Error {
    const { faults, brokenId } = this.settings
    const { operation } = sent
    const random = this.#random
    if (operation.id === brokenId) return new Error('not a counter')
    // What ran once can't be said not to have run.
    if (sent.timesExecuted === 0 && random.chance(faults.entry)) {
      return random.chance(0.5)
        ? new StoreError('later', { outcome: 'not-executed', transient: true })
        : new StoreError('no', { outcome: 'not-executed' })
    }
    sent.execution = this.storage.execute(operation)
    sent.timesExecuted++
    const { reply } = sent.execution
    return random.chance(faults.malformed) ? this.#malformed(operation, reply) : reply
  }

  #malformed(operation: Operation, reply: Reply | Error): Reply | Error {
    const broken: unknown[] = [null, undefined, {}, { ...reply, now: Number.NaN }]
    if (operation.kind === 'take' && 'timesTaken' in reply) {
      const { timesTaken, windows } = reply
      broken.push({ ...reply, timesTaken: operation.times + 1 }, { ...reply, windows: windows.slice(1) })
      broken.push({ ...reply, timesTaken: Number.NaN }, { ...reply, timesTaken: '1' })
      broken.push({ ...reply, windows: windows.map((window) => ({ ...window, resetAt: reply.now })) })
      if (timesTaken === operation.times) {
        const isRoomy = windows.every(
          ({ used }, i) => used + (operation.costs[i] ?? 0) <= (operation.windows[i]?.limit ?? 0),
        )
        if (isRoomy) broken.push({ ...reply, timesTaken: timesTaken - 1 })
      } else broken.push({ ...reply, timesTaken: operation.times, windows: windows.map((w) => ({ ...w, used: 1e12 })) })
    }
    return this.#random.pick(broken) as Reply
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

function fateOf(sent: Sent, reply: Reply | Error | undefined): Fate {
  if (reply !== sent.execution?.reply || reply === undefined) {
    if (!(reply instanceof StoreError) || reply.outcome === 'unknown') return 'unknown'
    return reply.transient ? 'refused for the moment' : 'refused'
  }
  return 'answered'
}

function describe(operations: readonly Operation[]): string {
  const each = operations.map((operation) => {
    const { kind, scope, id } = operation
    if (kind === 'take')
      return `take ${scope}/${id} ${operation.costs}×${operation.times} of ${operation.windows.map((w) => w.limit)}`
    if (kind === 'adjust') return `adjust ${scope}/${id} ${operation.windows.map((w) => w.change)}`
    return `clear ${scope}/${id}`
  })
  return each.join('; ')
}

function describeFate(fate: Fate | undefined, reply: Reply | Error | undefined): string {
  return fate === 'answered' ? JSON.stringify(reply) : `${fate}${reply === undefined ? '' : ' (executed)'}`
}
