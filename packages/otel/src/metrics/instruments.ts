import type { Counter, Histogram, MeterProvider, ObservableCallback } from '@opentelemetry/api'

/** The name under which meters and tracers are asked for. */
export const SCOPE = '@rl/otel'

/** In seconds: a healthy store takes less than a millisecond, and a call gives up after a second by default. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** Tenths, and finer where a limit is nearly used up. A share above 0.99 is full. */
const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]

/** The attributes of a value. */
export interface Instruments {
  readonly decisions: Counter
  readonly units: Counter
  readonly utilization: Histogram
  readonly storeDuration: Histogram
  readonly timeInQueue: Histogram
  readonly retries: Counter
}

/** @param observeBreakers Called at each collection. */
export function createInstruments(provider: MeterProvider, observeBreakers: ObservableCallback): Instruments {
  const meter = provider.getMeter(SCOPE)
  const secondsOf = (name: string, description: string): Histogram =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } })
  meter
    .createObservableGauge('rl.breaker.open', {
      description: 'Stores whose circuit breaker is open: they are not asked.',
      unit: '{store}',
    })
    .addCallback(observeBreakers)
  return {
    decisions: meter.createCounter('rl.decisions', {
      description: 'Calls of limit that were allowed, denied or failed.',
      unit: '{decision}',
    }),
    units: meter.createCounter('rl.units', { description: 'Units taken by allowed calls.', unit: '{unit}' }),
    utilization: meter.createHistogram('rl.utilization', {
      description: 'Share of the limit that is used after a decision, in the fullest window: 0 to 1.',
      unit: '1',
      advice: { explicitBucketBoundaries: SHARES },
    }),
    storeDuration: secondsOf('rl.store.duration', 'How long commands to the store took.'),
    timeInQueue: secondsOf('rl.request.time_in_queue', 'How long operations waited before their command was sent.'),
    retries: meter.createCounter('rl.retries', {
      description: 'Operations that the store refused for the moment and that are sent again.',
      unit: '{operation}',
    }),
  }
}
