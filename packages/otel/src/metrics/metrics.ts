import { type MeterProvider, metrics, type ObservableResult } from '@opentelemetry/api'
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
  /** For each label, how many stores are watched and how many of their breakers are open. */
  readonly #breakers: Map<string, { watched: number; open: number }> = new Map()

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

  /** A store's breaker, closed for now. */
  watchBreaker(label: string): { set(isOpen: boolean): void; stop(): void } {
    const name = this.bounded(label)
    const counts = this.#breakers.get(name) ?? { watched: 0, open: 0 }
    this.#breakers.set(name, counts)
    counts.watched++
    let wasOpen = false
    const set = (isOpen: boolean): void => {
      counts.open += Number(isOpen) - Number(wasOpen)
      wasOpen = isOpen
    }
    const stop = (): void => {
      set(false)
      if (--counts.watched === 0) this.#breakers.delete(name)
    }
    return { set, stop }
  }

  #observeBreakers(result: ObservableResult): void {
    for (const [name, { open }] of this.#breakers) result.observe(open, { 'rl.store': name })
  }
}
