import type { CounterStore, Operation, Reply } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { PARALLELISM } from './parallelism.ts'

/** The start of a window of any length that divides a day. */
export const EPOCH: number = 20_000 * 86_400_000

export interface NetworkSettings {
  /** From a command's departure to its reply. */
  readonly roundTripMs: number
  /** As of the store that is simulated. Default: as through ioredis. */
  readonly parallelism?: number
}

/** The messages of the network. */
export interface Traffic {
  commands: number
  takes: number
}

interface Delivery {
  readonly at: number
  readonly run: () => void
}

/**
 * One store, some hosts, and the time it takes between them. Time is simulated: `performance.now` and the store's clock say
 * what this says, and real time decides nothing.
 */
export class Network {
  readonly traffic: Traffic = { commands: 0, takes: 0 }
  /** The most units that a window's counter was seen to hold, by the window's end. */
  readonly used: Map<number, number> = new Map()
  readonly #settings: NetworkSettings
  readonly #store: MemoryStore
  /** All trips last the same, so the first to depart is the first to arrive. */
  #underWay: Delivery[] = []
  #arrived = 0
  #now = 0

  constructor(settings: NetworkSettings) {
    this.#settings = settings
    this.#store = new MemoryStore({ now: () => EPOCH + Math.floor(this.#now) })
  }

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.#now
  }

  /** The store as a host sees it. */
  remote(): CounterStore {
    return {
      capabilities: { parallelism: this.#settings.parallelism ?? PARALLELISM.ioredis },
      apply: (operations) => this.#apply(operations),
    }
  }

  /** Lets time pass, and everything arrive that was due. */
  async passUntil(time: number): Promise<void> {
    for (let next = this.#next(time); next !== undefined; next = this.#next(time)) {
      this.#arrived++
      this.#now = next.at
      next.run()
      await this.settled()
    }
    if (this.#arrived > 1000) {
      this.#underWay = this.#underWay.slice(this.#arrived)
      this.#arrived = 0
    }
    this.#now = time
  }

  /** Until all that follows from the latest event has happened: commands may leave a turn apart, in no simulated time. */
  async settled(): Promise<void> {
    let before: number
    do {
      before = this.traffic.commands
      await new Promise(setImmediate)
      await new Promise(setImmediate)
    } while (this.traffic.commands > before)
  }

  #next(time: number): Delivery | undefined {
    const next = this.#underWay[this.#arrived]
    return next !== undefined && next.at <= time ? next : undefined
  }

  #apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    this.traffic.commands++
    this.traffic.takes += operations.filter(({ kind }) => kind === 'take').length
    return new Promise((resolve) => {
      this.#travel(() => {
        // The memory store applies them at once, and answers a microtask later.
        void this.#store.apply(operations).then((replies) => {
          this.#watch(replies)
          this.#travel(() => resolve(replies))
        })
      })
    })
  }

  #travel(run: () => void): void {
    this.#underWay.push({ at: this.#now + this.#settings.roundTripMs / 2, run })
  }

  #watch(replies: readonly (Reply | Error)[]): void {
    for (const reply of replies) {
      if (reply instanceof Error) throw reply
      if (!('timesTaken' in reply)) continue
      for (const { used, resetAt } of reply.windows) {
        this.used.set(resetAt, Math.max(used, this.used.get(resetAt) ?? 0))
      }
    }
  }
}

/** Runs with `performance.now` at the network's time. One at a time: the clock is the whole process's. */
export async function onNetwork<T>(settings: NetworkSettings, run: (network: Network) => Promise<T>): Promise<T> {
  const network = new Network(settings)
  const real = Object.getOwnPropertyDescriptor(performance, 'now')
  Object.defineProperty(performance, 'now', { configurable: true, writable: true, value: () => network.now })
  try {
    return await run(network)
  } finally {
    if (real === undefined) Reflect.deleteProperty(performance, 'now')
    else Object.defineProperty(performance, 'now', real)
  }
}
