// In a project that has the newest SDK, whose types the repository has not. Prints what it saw as JSON.
import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { instrument } from '@rl/otel'
import { Redis } from 'ioredis'

const redis = new Redis(process.env.REDIS_URL, recommendedOptions)
const store = new IoredisStore(redis)
const name = crypto.randomUUID()
const limiter = new FixedWindowRateLimiter({ name, store, limit: 2, window: '1h', deadlineMs: 30_000 })
instrument({ limiters: [limiter], stores: [store] })
await limiter.limit('before') // there is an SDK

const prometheus = new PrometheusExporter({ preventServerStart: true })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [prometheus] }))
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const spans = new InMemorySpanExporter()
const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] })
trace.setGlobalTracerProvider(tracers)

await trace.getTracer('requests').startActiveSpan('request', async (span) => {
  for (let i = 0; i < 3; i++) await limiter.limit('user')
  span.end()
})
await redis.quit()
await tracers.forceFlush()

const { resourceMetrics } = await prometheus.collect()
const page = new PrometheusSerializer().serialize(resourceMetrics)
const finished = spans.getFinishedSpans()
const request = finished.find((span) => span.name === 'request')
const children = finished.filter((span) => span.parentSpanContext?.spanId === request?.spanContext().spanId)
const series = page.split('\n').filter((line) => /^rl_(?!.*_(bucket|sum)\{)/.test(line))
const figures = series.map((line) => line.replaceAll(/,?otel_\w+="[^"]*"/g, '').replaceAll(name, 'api'))
console.log(JSON.stringify({ figures, spans: children.map((span) => span.name.replace(name, 'api')) }))
