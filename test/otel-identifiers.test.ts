import { createRequire } from 'node:module'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { type DbStatementSerializer, IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { instrument } from '@rl/otel'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, it } from 'vitest'

const ID = 'ann@example.com'

const exporter = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const prometheus = new PrometheusExporter({ preventServerStart: true })
const meterProvider = new MeterProvider({ readers: [prometheus] })
const instrumentation = new IORedisInstrumentation()

let server: RedisServer
beforeAll(async () => {
  instrumentation.setTracerProvider(tracerProvider)
  instrumentation.enable()
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  server = await startRedis()
})
afterAll(async () => {
  instrumentation.disable()
  context.disable()
  trace.disable()
  await meterProvider.shutdown()
  await server.stop()
})

/** Spans of a call, its denial, its refund, its reset and a failure, under ioredis' instrumentation. */
async function spansOf(config: { readonly dbStatementSerializer?: DbStatementSerializer }): Promise<string> {
  instrumentation.setConfig(config)
  // By `require`, which is what the instrumentation patches.
  const { Redis } = createRequire(import.meta.url)('ioredis') as typeof import('ioredis')
  const redis = new Redis({ ...recommendedOptions, port: server.port, socketTimeout: 30_000 })
  const store = new IoredisStore(redis)
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1h', deadlineMs: 30_000 })
  const stop = instrument({ limiters: [limiter], stores: [store], meterProvider, tracerProvider })
  exporter.reset()
  await tracerProvider.getTracer('requests').startActiveSpan('request', async (span) => {
    const decision = await limiter.limit(ID)
    await limiter.limit(ID)
    await limiter.refund(decision)
    await limiter.reset(ID)
    await redis.set(`rl:{api:${ID}}`, 'no count')
    await redis.flushall()
    await limiter.limit(ID, { signal: AbortSignal.abort(new Error(`${ID} left`)) }).catch(() => {})
    span.end()
  })
  stop()
  redis.disconnect()
  const spans = exporter.getFinishedSpans()
  const named = (name: RegExp): number => spans.filter((span) => name.test(span.name)).length
  expect([named(/^evalsha$/) >= 4, named(/^command/) >= 4, named(/^limit api$/)]).toEqual([true, true, 3])
  return JSON.stringify(spans.map(shown))
}

function shown({ name, attributes, events, links, status }: ReadableSpan): unknown {
  return { name, attributes, events, links, status }
}

it("ioredis' instrumentation shows identifiers by default", async () => {
  expect(await spansOf({})).toContain(ID)
})

it('with a serializer that leaves arguments out, no span shows any, and no metric', async () => {
  expect(await spansOf({ dbStatementSerializer: (command) => command })).not.toContain('ann')
  const { resourceMetrics } = await prometheus.collect()
  const page = new PrometheusSerializer().serialize(resourceMetrics)
  expect(page).toContain('rl_decisions_total')
  expect(page).not.toContain('ann')
})
