import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { instrument } from '@rl/otel'
import type { Limiters } from './limiters.ts'

/** Serves the metrics of the limits to Prometheus, on a separate port: clients of the API need not see them. */
export class MetricsServer {
  readonly #provider: MeterProvider
  readonly #server: Server
  readonly #stop: () => void

  constructor({ accounts, visitors, stores }: Limiters) {
    const exporter = new PrometheusExporter({ preventServerStart: true })
    const meterProvider = new MeterProvider({ readers: [exporter] })
    this.#provider = meterProvider
    this.#server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response)).unref()
    this.#stop = instrument({ limiters: [accounts, visitors], stores, meterProvider })
  }

  /** Resolves with its URL. Rejects if the port is taken. */
  async listen(host: string, port: number): Promise<string> {
    this.#server.listen(port, host)
    await once(this.#server, 'listening')
    return `http://${host}:${(this.#server.address() as AddressInfo).port}/metrics`
  }

  async close(): Promise<void> {
    this.#stop()
    this.#server.close()
    await this.#provider.shutdown()
  }
}
