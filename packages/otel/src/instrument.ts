import { type MeterProvider, type TracerProvider, trace } from '@opentelemetry/api'
import type { CounterStore, RateLimiter } from '@rl/core'
import { checkMethods, ownOptions, wrongOption } from '@rl/core/check'
import { type Observer, observe } from '@rl/core/observe'
import { SCOPE } from './metrics/instruments.ts'
import { Metrics } from './metrics/metrics.ts'
import { recordCommand, recordDecision, recordRetry } from './metrics/record.ts'
import { traceCommand, traceDecision } from './spans/spans.ts'

/**
 * The limiters and stores to record, and the providers.
 *
 * @example { limiters: [limiter], stores: [store] }
 */
export interface InstrumentOptions {
  /** Their decisions are recorded. */
  readonly limiters: readonly RateLimiter[]
  /** Their commands, retries and circuit breakers are recorded. Name a fallback store, too. */
  readonly stores: readonly CounterStore[]
  /** Default: the provider that is registered globally, also if that happens later. */
  readonly meterProvider?: MeterProvider | undefined
  /** Default: the provider that is registered globally, also if that happens later. */
  readonly tracerProvider?: TracerProvider | undefined
}

/**
 * Records metrics and spans of limiters and stores. Identifiers are never part of either.
 *
 * @example const stop = instrument({ limiters: [limiter], stores: [store] })
 * @returns a function that ends it.
 * @throws {OptionError} naming the option that is wrong.
 */
export function instrument(options: InstrumentOptions): () => void {
  const known = ['limiters', 'stores', 'meterProvider', 'tracerProvider']
  const { limiters, stores, meterProvider, tracerProvider } = ownOptions('options', options, known)
  checkArray('limiters', limiters)
  checkArray('stores', stores)
  if (meterProvider !== undefined) checkMethods('meterProvider', meterProvider, ['getMeter'], 'a MeterProvider')
  if (tracerProvider !== undefined) checkMethods('tracerProvider', tracerProvider, ['getTracer'], 'a TracerProvider')

  const metrics = Metrics.of(meterProvider)
  const tracer = (tracerProvider ?? trace).getTracer(SCOPE)
  const ofLimiters: Observer = {
    decision: (event) => {
      recordDecision(metrics, event)
      traceDecision(tracer, event)
    },
  }
  const ofStore = (store: CounterStore): (() => void) => {
    const breaker = metrics.breakerOf(store)
    const stop = observe(store, {
      command: (event) => {
        recordCommand(metrics, event)
        traceCommand(tracer, event)
      },
      retry: (event) => recordRetry(metrics, event),
      breaker: ({ state }) => breaker.set(state === 'open'),
    })
    return () => {
      stop()
      breaker.set(false)
    }
  }

  const stops: (() => void)[] = []
  const stopAll = (): void => {
    for (const stop of stops.splice(0)) stop()
  }
  try {
    for (const limiter of new Set(limiters)) stops.push(observe(limiter, ofLimiters))
    for (const store of distinct(stores)) stops.push(ofStore(store))
  } catch (error) {
    stopAll()
    throw error
  }
  return stopAll
}

/** Stores over one client share commands and a breaker, and are recorded once. */
function distinct(stores: readonly CounterStore[]): Iterable<CounterStore> {
  return new Map(stores.map((store) => [store.capabilities?.sharedBy ?? store, store])).values()
}

function checkArray(option: string, value: unknown): void {
  if (!Array.isArray(value)) throw wrongOption(option, `an array, such as [${option.slice(0, -1)}]`, value)
}
