import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { mersenne } from 'pure-rand/generator/mersenne'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { CONNECTION_FAULTS, type FaultKind, type FaultSettings, HTTP_FAULTS } from './types.ts'

/** The fate of one request. */
export interface Fault {
  readonly kind: FaultKind
  /** Where the fault is possible before and after the request runs: which of the two. */
  readonly ran: boolean
  /** From 0 up to 1: how long, or which variant. */
  readonly amount: number
}

/** The choices of a {@link FaultSource}. */
export interface FaultSourceOptions {
  seed: number
  rate: number
  kinds: readonly FaultKind[]
  maxDelayMs: number
  only: (command: string) => boolean
}

/** Decides from a seed what happens to each request of one proxy, and counts what happened. */
export class FaultSource {
  readonly #options: FaultSourceOptions
  readonly #generator: RandomGenerator
  readonly #ordered: { kind: FaultKind; ran: boolean | undefined }[] = []
  readonly #injected: Record<FaultKind, number>
  #rate: number
  #totalInjected = 0
  #refusingUntil = 0

  constructor(options: FaultSourceOptions) {
    this.#options = options
    this.#rate = options.rate
    this.#generator = mersenne(options.seed)
    const none = [...CONNECTION_FAULTS, ...HTTP_FAULTS].map((kind) => [kind, 0])
    this.#injected = Object.fromEntries(none) as Record<FaultKind, number>
  }

  get injected(): Readonly<Record<FaultKind, number>> {
    return this.#injected
  }

  get totalInjected(): number {
    return this.#totalInjected
  }

  setRate(rate: number): void {
    this.#rate = rate
  }

  /** The next request that may suffer a fault suffers this one. */
  order(kind: FaultKind, { ran }: FaultSettings): void {
    this.#ordered.push({ kind, ran })
  }

  /** The fault of the next request, if it has one. */
  draw(command: string): Fault | undefined {
    if (!this.#options.only(command)) return undefined
    // Each request draws four numbers, faulty or not: what the n-th one draws depends on the seed and n alone.
    const chance = uniformFloat64(this.#generator)
    const choice = uniformFloat64(this.#generator)
    const drawn = uniformFloat64(this.#generator) < 0.5
    const amount = uniformFloat64(this.#generator)
    const ordered = this.#ordered.shift()
    if (ordered !== undefined) return { kind: ordered.kind, ran: ordered.ran ?? drawn, amount }
    const kind = chance < this.#rate ? pick(this.#options.kinds, choice) : undefined
    return kind === undefined ? undefined : { kind, ran: drawn, amount }
  }

  /** Counts a fault, at the moment it takes effect: one that was drawn for a request that never gets so far is none. */
  happened({ kind }: Fault): void {
    this.#injected[kind] += 1
    this.#totalInjected += 1
  }

  /** How long the fault holds something back: from 1 to `maxDelayMs` milliseconds. */
  durationMs({ amount }: Fault): number {
    return 1 + Math.floor(amount * this.#options.maxDelayMs)
  }

  /** From now on new connections are refused, for as long as the fault says. */
  refuse(fault: Fault): void {
    this.#refusingUntil = performance.now() + this.durationMs(fault)
  }

  get refusing(): boolean {
    return performance.now() < this.#refusingUntil
  }
}

/** The element at `share` of the way through the list; `share` is from 0 up to 1. */
export function pick<T>(list: readonly T[], share: number): T | undefined {
  return list[Math.floor(share * list.length)]
}
