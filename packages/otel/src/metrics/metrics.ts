import { type MeterProvider, metrics, type ObservableResult } from '@opentelemetry/api'
import type { CounterStore } from '@rl/core'
import { createInstruments, type Instruments } from './instruments.ts'

/** With the results and sources of each, this stays below the 2000 sets of attributes that an SDK keeps by default. */
const MAX_NAMES = 200

const OTHER = '_OTHER'

/** The instruments of a meter provider, and what their attributes and the gauge remember. */
export class Metrics {
  static readonly #global = new Metrics(() => metrics.getMeterProvider())
  static readonly #byProvider = new WeakMap<MeterProvider, Metrics>()

  readonly #provider: () => MeterProvider
  #madeFor: MeterProvider | undefined
  #instruments: Instruments | undefined
  readonly #names: Set<string> = new Set()
  /** How many breakers are open, by the label of their stores. */
  readonly #open: Map<string, number> = new Map()

  private constructor(provider: () => MeterProvider) {
    this.#provider = provider
  }

  /** Those of the provider, or of whichever is registered as the global one. */
  static of(provider: MeterProvider | undefined): Metrics {
    if (provider === undefined) return Metrics.#global
    const made = Metrics.#byProvider.get(provider) ?? new Metrics(() => provider)
    Metrics.#byProvider.set(provider, made)
    return made
  }

  /** Made when first used, and made again when another SDK is registered: the API has no proxy for meters. */
  get instruments(): Instruments {
    return this.#prepared()
  }

  #prepared(): Instruments {
    const provider = this.#provider()
    if (this.#instruments === undefined || provider !== this.#madeFor) {
      this.#instruments = createInstruments(provider, (result) => this.#observeBreakers(result))
      this.#madeFor = provider
    }
    return this.#instruments
  }

  /** The name of a policy or store as an attribute. Many names, say of a limiter for each tenant, become one. */
  bounded(name: string): string {
    if (this.#names.has(name)) return name
    if (this.#names.size >= MAX_NAMES) return OTHER
    this.#names.add(name)
    return name
  }

  /** A store's breaker, closed for now. Stores may have the same label. */
  breakerOf({ capabilities }: CounterStore): { set(isOpen: boolean): void } {
    const name = this.bounded(capabilities?.label ?? 'store')
    let wasOpen = false
    const set = (isOpen: boolean): void => {
      this.#open.set(name, (this.#open.get(name) ?? 0) + Number(isOpen) - Number(wasOpen))
      wasOpen = isOpen
      this.#prepared() // the gauge is there from the beginning
    }
    set(false)
    return { set }
  }

  /** A label whose stores are no longer observed stays, at 0: an SDK goes on to show the value that it saw last. */
  #observeBreakers(result: ObservableResult): void {
    for (const [name, open] of this.#open) result.observe(open, { 'rl.store': name })
  }
}
