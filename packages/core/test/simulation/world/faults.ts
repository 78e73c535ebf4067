import { type Operation, type Reply, StoreError } from '../../../src/index.ts'
import type { Command, Fate, Sent } from '../journal.ts'
import type { GroupSettings } from './group.ts'
import type { Random } from './random.ts'
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

/** The result of a command: a reply for each operation, or an error for all. */
export type Outcome = (Reply | Error)[] | Error

/** The fate of a command. */
export interface Plan {
  /** When it arrives at the store. */
  readonly arrive: () => Outcome
  /** Whether a reply reaches the sender. */
  readonly isHeard: boolean
  readonly slowness: number
  readonly throwsAtOnce: boolean
}

/** Decides what goes wrong. */
export class Fates {
  readonly #settings: GroupSettings
  readonly #storage: Storage
  readonly #random: Random

  constructor(settings: GroupSettings, storage: Storage, random: Random) {
    this.#settings = settings
    this.#storage = storage
    this.#random = random
  }

  /** @param isOut The store can't be reached. */
  planOf({ sent }: Command, isOut: boolean): Plan {
    const random = this.#random
    const { faults, forbiddenScope } = this.#settings
    const all = (): Outcome => sent.map((each) => this.#execute(each))
    const plan = { arrive: all, isHeard: true, slowness: random.chance(faults.late) ? 60 : 1, throwsAtOnce: false }
    if (sent.some(({ operation }) => operation.scope === forbiddenScope)) {
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
    if (!this.#settings.resends || !random.chance(0.2)) return plan
    // The client sends it twice.
    const twice = (): Outcome => {
      all()
      return all()
    }
    return { ...plan, arrive: twice }
  }

  #execute(sent: Sent): Reply | Error {
    const { faults, brokenId } = this.#settings
    const { operation } = sent
    const random = this.#random
    if (operation.id === brokenId) return new Error('not a counter')
    // An operation that ran once can't be said not to have run.
    if (sent.timesExecuted === 0 && random.chance(faults.entry)) {
      return random.chance(0.5)
        ? new StoreError('later', { outcome: 'not-executed', transient: true })
        : new StoreError('no', { outcome: 'not-executed' })
    }
    sent.execution = this.#storage.execute(operation)
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
}

/** The result that the sender is to see of an operation with this reply. */
export function fateOf(sent: Sent, reply: Reply | Error | undefined): Fate {
  if (reply !== sent.execution?.reply || reply === undefined) {
    if (!(reply instanceof StoreError) || reply.outcome === 'unknown') return 'unknown'
    return reply.transient ? 'refused for the moment' : 'refused'
  }
  return 'answered'
}
