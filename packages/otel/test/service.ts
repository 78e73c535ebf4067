import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { FixedWindowRateLimiter } from '@rl/core'
import { shadow } from '@rl/core/shadow'
import { instrument } from '@rl/otel'
import { expect } from 'vitest'
import { busy, lost, ScriptedStore } from './scripted-store.ts'

interface Service {
  /** Of its metrics. */
  readonly url: string
  cause(): Promise<void>
  stop(): Promise<void>
}

/** The parts that the API lacks: a candidate in shadow, retries, units with names, and a store that fails. */
export async function startService(): Promise<Service> {
  const exporter = new PrometheusExporter({ preventServerStart: true })
  const meterProvider = new MeterProvider({ readers: [exporter] })
  const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const shop = new ScriptedStore('shop', [busy, undefined, busy])
  const broken = new ScriptedStore('broken', new Array(100).fill(lost))
  const common = { deadlineMs: 60_000, breaker: { failures: 100 } }
  const one = { ...common, limit: 1, window: '1h' } as const
  const windows = [{ unit: 'tokens', limit: 1000, window: '1h' }] as const
  const live = new FixedWindowRateLimiter({ ...common, name: 'live', store: shop, windows })
  const tried = shadow(new FixedWindowRateLimiter({ ...one, name: 'next', store: new ScriptedStore('trial') }))
  const open = new FixedWindowRateLimiter({ ...one, name: 'open', store: broken, onStoreError: 'allow' })
  const strict = new FixedWindowRateLimiter({ ...one, name: 'strict', store: broken })
  const stop = instrument({ limiters: [live, tried, open, strict], stores: [shop, broken], meterProvider })
  let round = 0
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    cause: async () => {
      round++
      await Promise.all(['one', 'two'].map((id) => live.limit(id, { cost: { tokens: 6 } }))) // in one command
      for (let i = 0; i < 3; i++) await (await tried.limit(`user ${round}`)).shadow
      await open.limit('user')
      await expect(strict.limit('user')).rejects.toThrow()
    },
    stop: async () => {
      stop()
      await meterProvider.shutdown()
      server.closeAllConnections()
      server.close()
    },
  }
}
