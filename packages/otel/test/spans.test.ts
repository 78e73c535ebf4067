import { setTimeout as sleep } from 'node:timers/promises'
import { context, type HrTime, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { FixedWindowRateLimiter } from '@rl/core'
import { shadow } from '@rl/core/shadow'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { instrument } from '@rl/otel'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'

const exporter = new InMemorySpanExporter()
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const tracer = provider.getTracer('requests')

let server: RedisServer
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  server = await startRedis()
})
afterEach(async () => {
  exporter.reset()
  await server.command('FLUSHALL')
})
afterAll(async () => {
  context.disable()
  trace.disable()
  await server.stop()
})

function connect(): { redis: Redis; store: IoredisStore } {
  const redis = new Redis({ ...recommendedOptions, port: server.port, socketTimeout: 30_000 })
  onTestFinished(() => redis.disconnect())
  return { redis, store: new IoredisStore(redis) }
}

function limiterOf(store: IoredisStore, name = 'api'): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name, store, limit: 1000, window: '1h', deadlineMs: 30_000 })
}

/** Runs as a request with a span does, and gives that span. */
async function request(run: () => Promise<unknown>, name = 'request'): Promise<ReadableSpan> {
  return tracer.startActiveSpan(name, async (span) => {
    await run().catch(() => {})
    span.end()
    return span as unknown as ReadableSpan
  })
}

function childrenOf(parent: ReadableSpan): readonly ReadableSpan[] {
  const { spanId } = parent.spanContext()
  return exporter.getFinishedSpans().filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanId)
}

test("a request's span has its decision and its command", async () => {
  const { store } = connect()
  const limiter = limiterOf(store)
  onTestFinished(instrument({ limiters: [limiter], stores: [store], tracerProvider: provider }))
  const span = await request(() => limiter.limit('user_123'))
  const children = childrenOf(span)
  expect(children.map(({ name, attributes, status }) => ({ name, attributes, status }))).toEqual([
    {
      name: 'command ioredis',
      attributes: { 'rl.store': 'ioredis', 'rl.takes': 1, 'rl.changes': 0, 'rl.callers': 1 },
      status: { code: SpanStatusCode.UNSET },
    },
    {
      name: 'limit api',
      attributes: {
        'rl.policy': 'api',
        'rl.result': 'allowed',
        'rl.source': 'store',
        'rl.shadow': false,
        'rl.utilization': 0.001,
      },
      status: { code: SpanStatusCode.UNSET },
    },
  ])
  const { traceId } = span.spanContext()
  for (const child of children) expect(child.spanContext().traceId).toBe(traceId)
  expect(JSON.stringify(children.map(({ attributes, events, links }) => [attributes, events, links]))).not.toContain(
    'user_123',
  )
})

test('their times lie within each other: the command in the decision, the decision in the request', async () => {
  const { store } = connect()
  const limiter = limiterOf(store)
  onTestFinished(instrument({ limiters: [limiter], stores: [store], tracerProvider: provider }))
  for (let i = 0; i < 20; i++) {
    const span = await request(async () => {
      await sleep(2)
      await limiter.limit('user')
    })
    const [command, decision] = childrenOf(span)
    const at = ([seconds, nanos]: HrTime = [0, 0]): number => seconds * 1000 + nanos / 1e6
    const before = [span, decision, command].map((each) => at(each?.startTime))
    const after = [command, decision, span].map((each) => at(each?.endTime))
    const times = [...before, ...after]
    // A request's span goes by the system's clock, in whole milliseconds.
    for (const [i, time] of times.entries()) {
      expect(time).toBeLessThanOrEqual((times[i + 1] ?? Infinity) + (i === 0 || i === 4 ? 4 : 0.001))
    }
  }
})

test('each of many requests at once has its own decision; a command is in the trace of a request that it carries', async () => {
  const { store } = connect()
  const limiters = ['a', 'b'].map((name) => limiterOf(store, name))
  onTestFinished(instrument({ limiters, stores: [store], tracerProvider: provider }))
  const spans = await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      await sleep(i % 7)
      return request(async () => {
        await limiters[i % 2]?.limit(`user_${i}`)
      })
    }),
  )
  let commands = 0
  for (const [i, span] of spans.entries()) {
    const names = childrenOf(span).map(({ name }) => name)
    expect(names.filter((name) => name.startsWith('limit'))).toEqual([`limit ${'ab'[i % 2]}`])
    commands += names.filter((name) => name === 'command ioredis').length
  }
  const finished = exporter.getFinishedSpans()
  const sent = finished.filter(({ name }) => name === 'command ioredis')
  expect(sent.reduce((sum, { attributes }) => sum + Number(attributes['rl.callers']), 0)).toBe(200)
  expect(commands).toBe(sent.length)
})

test("a candidate's decision in the shadow is in the same trace", async () => {
  const { store } = connect()
  const tried = shadow(limiterOf(store, 'next'), { live: limiterOf(store) })
  onTestFinished(instrument({ limiters: [tried], stores: [store], tracerProvider: provider }))
  const span = await request(async () => (await tried.limit('user')).shadow)
  const decisions = childrenOf(span).filter(({ name }) => name.startsWith('limit'))
  expect(decisions.map(({ name, attributes }) => [name, attributes['rl.shadow']]).sort()).toEqual([
    ['limit api', false],
    ['limit next', true],
  ])
})

test('a command that is late, and the call that it fails, are errors in the right trace', async () => {
  const { redis, store } = connect()
  await redis.ping()
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 10, window: '1h', deadlineMs: 100 })
  onTestFinished(instrument({ limiters: [limiter], stores: [store], tracerProvider: provider }))
  server.pause()
  const spans = await Promise.all(['one', 'two'].map((name) => request(() => limiter.limit(`user_${name}`), name)))
  server.resume()
  const decisions = spans.map((span) => childrenOf(span).filter(({ name }) => name === 'limit api'))
  for (const each of decisions) {
    expect(each.map(({ status, attributes }) => [status.code, attributes['rl.result']])).toEqual([
      [SpanStatusCode.ERROR, 'error'],
    ])
  }
  const commands = spans.flatMap((span) => childrenOf(span).filter(({ name }) => name === 'command ioredis'))
  expect(commands.map(({ status, attributes }) => [status.code, attributes['error.type']])).toEqual([
    [SpanStatusCode.ERROR, 'unknown'],
  ])
  expect(commands).toHaveLength(exporter.getFinishedSpans().filter(({ name }) => name === 'command ioredis').length)
})

test('outside of any span none is made', async () => {
  const { store } = connect()
  const limiter = limiterOf(store)
  onTestFinished(instrument({ limiters: [limiter], stores: [store], tracerProvider: provider }))
  await limiter.limit('user')
  expect(exporter.getFinishedSpans()).toEqual([])
})

test('an SDK for traces that is registered later is used', async () => {
  const { store } = connect()
  const limiter = limiterOf(store)
  onTestFinished(instrument({ limiters: [limiter], stores: [store] }))
  trace.setGlobalTracerProvider(provider)
  const span = await request(() => limiter.limit('user'))
  expect(childrenOf(span).map(({ name }) => name)).toEqual(['command ioredis', 'limit api'])
})
