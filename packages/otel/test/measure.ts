import type { Attributes, MeterProvider as Provider } from '@opentelemetry/api'
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'

/** A real SDK whose values are read when a test asks for them. */
export interface Measured {
  readonly provider: Provider
  /** The values of an instrument, by its attributes; a histogram as its count. */
  counts(name: string): Promise<Record<string, number>>
  histograms(name: string): Promise<readonly DataPoint<Histogram>[]>
  names(): Promise<readonly string[]>
}

export function measured(): Measured {
  const reader = new PulledReader({})
  const provider = new MeterProvider({ readers: [reader] })
  const all = async () => {
    const { resourceMetrics } = await reader.collect()
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)
  }
  const points = async (name: string) =>
    (await all())
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }): readonly DataPoint<number | Histogram>[] => dataPoints as DataPoint<number>[])
  return {
    provider,
    counts: async (name) =>
      Object.fromEntries(
        (await points(name)).map(({ attributes, value }) => [
          shown(attributes),
          typeof value === 'number' ? value : value.count,
        ]),
      ),
    histograms: async (name) => (await points(name)) as readonly DataPoint<Histogram>[],
    names: async () => (await all()).map(({ descriptor }) => descriptor.name),
  }
}

/** Such as `rl.policy=api rl.result=allowed`. */
function shown(attributes: Attributes): string {
  const names = Object.keys(attributes).sort()
  return names.map((name) => `${name}=${attributes[name]}`).join(' ')
}

class PulledReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
