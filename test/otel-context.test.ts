import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { context, type Span, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis'
import { BasicTracerProvider, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base'
import { FixedWindowRateLimiter } from '@rl/core'
import { observe } from '@rl/core/observe'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Requests that are under way: their spans by id. */
const open = new Map<string, Span>()
/** Redis commands whose parent had ended, or that had none. */
const astray: string[] = []
const commands: ReadableSpan[] = []

/** Looks at each span when it starts: a Redis span must start under a request that is still under way. */
const watcher: SpanProcessor = {
  onStart: (span) => {
    const parent = span.parentSpanContext?.spanId
    if (span.attributes['db.query.text'] === undefined) return
    commands.push(span)
    if (parent === undefined || !open.has(parent)) astray.push(String(span.attributes['db.query.text']).slice(0, 60))
  },
  onEnd: () => {},
  forceFlush: async () => {},
  shutdown: async () => {},
}

const provider = new BasicTracerProvider({ spanProcessors: [watcher] })
// Query texts hold identifiers; here the keys tell whose take a command carries.
const instrumentation = new IORedisInstrumentation({ dbStatementSerializer: (name, args) => [name, ...args].join(' ') })

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  instrumentation.setTracerProvider(provider)
  instrumentation.enable()
})

afterAll(() => {
  instrumentation.disable()
  trace.disable()
  context.disable()
})

it('each Redis span lies in a trace whose call it carries, under a span that is still open, and observers are told there', async () => {
  const server = await startRedis()
  // By `require`, which is what the instrumentation patches.
  const { Redis } = createRequire(import.meta.url)('ioredis') as typeof import('ioredis')
  const redis = new Redis({ ...recommendedOptions, port: server.port })
  const limiters = ['a', 'b', 'c'].map(
    (name) => new FixedWindowRateLimiter({ name, store: new IoredisStore(redis), limit: 1e9, window: '1h' }),
  )
  const idOf = new Map<string, string>()
  let told = 0
  /** Events under a span that had ended, or under none. */
  const toldAstray: string[] = []
  const tellUnder = (kind: string, isRight: (spanId: string) => boolean): void => {
    told++
    const spanId = trace.getActiveSpan()?.spanContext().spanId ?? 'none'
    if (!open.has(spanId) || !isRight(spanId)) toldAstray.push(kind)
  }
  for (const limiter of limiters) {
    observe(limiter, {
      includeIdentifiers: true,
      decision: ({ id }) => tellUnder('decision', (span) => idOf.get(span) === id),
    })
  }
  observe(new IoredisStore(redis), { command: () => tellUnder('command', () => true) })
  await redis.ping()
  commands.length = astray.length = 0

  const tracer = trace.getTracer('requests')
  let requests = 0
  const client = async (): Promise<void> => {
    for (let i = 0; i < 60; i++) {
      const n = requests++
      await tracer.startActiveSpan(`request ${n}`, async (span) => {
        const { spanId } = span.spanContext()
        open.set(spanId, span)
        idOf.set(spanId, `user_${n}`)
        await limiters[n % limiters.length]?.limit(`user_${n}`)
        open.delete(spanId)
        span.end()
      })
      if (i % 3 === 0) await sleep(1)
    }
  }
  await Promise.all(Array.from({ length: 40 }, client))

  const evaluations = commands.filter(({ attributes }) => String(attributes['db.query.text']).startsWith('evalsha'))
  expect(requests).toBe(2400)
  expect(evaluations.length).toBeGreaterThan(10)
  expect(evaluations.length).toBeLessThan(requests) // calls shared commands
  expect(astray).toEqual([])
  expect(toldAstray).toEqual([])
  expect(told).toBe(requests + evaluations.length)
  for (const span of evaluations) {
    expect(String(span.attributes['db.query.text'])).toContain(`:${idOf.get(span.parentSpanContext?.spanId ?? '')}}`)
  }
  redis.disconnect()
  await server.stop()
})
