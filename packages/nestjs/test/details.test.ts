import { inspect } from 'node:util'
import { Catch, Controller, type ExceptionFilter, Get, Injectable, UseFilters } from '@nestjs/common'
import { ExternalContextCreator } from '@nestjs/core'
import { StoreError } from '@rl/core'
import { shadow } from '@rl/core/shadow'
import { waitQueue } from '@rl/core/wait-queue'
import { describe, expect, onTestFinished, test } from 'vitest'
import { downStore, limiterOf } from '../../http/test/limiters.ts'
import { type HandlerRequest, RateLimit, RateLimitException, RateLimitModule } from '../src/index.ts'
import { key, platforms, remaining, startApp } from './app.ts'

test('a call without any response is limited, and given back if it fails', async () => {
  @Injectable()
  class Jobs {
    @RateLimit({ refund: 'failed' })
    run(job: { fails: boolean }): string {
      if (job.fails) throw new Error('failed')
      return 'done'
    }
  }
  const limiter = limiterOf({ limit: 1 })
  const limits = RateLimitModule.forRoot({ limiters: [limiter], key: () => 'ann' })
  const { nest } = await startApp(limits, { providers: [Jobs] })
  const jobs = nest.get(Jobs)
  const run = nest.get(ExternalContextCreator).create(jobs, jobs.run as (...args: unknown[]) => unknown, 'run')
  await expect(run({ fails: true })).rejects.toThrow('failed')
  await expect.poll(() => remaining(limiter)).toBe(1)
  expect(await run({ fails: false })).toBe('done')
  await expect(run({ fails: false })).rejects.toThrow(RateLimitException)
})

describe.each(platforms)('on %s', (_, adapter) => {
  test('a response that something else has sent is left alone', async () => {
    const errors: unknown[] = []
    @Catch()
    class Collecting implements ExceptionFilter {
      catch(error: unknown): void {
        errors.push(error)
      }
    }
    @Controller()
    @UseFilters(new Collecting())
    class Cats {
      @Get()
      @RateLimit({
        key: async (request, context) => {
          await context.switchToHttp().getResponse().send('too late')
          return key(request)
        },
      })
      find(): void {}
    }
    const limits = RateLimitModule.forRoot({ limiters: [limiterOf({ limit: 0 })] })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    expect(await ask('/')).toEqual({ status: 200, body: 'too late', fields: {} })
    await expect.poll(() => errors).toEqual([expect.any(RateLimitException)])
  })
})

test('an option that is undefined leaves the module’s default', async () => {
  @Controller()
  class Cats {
    @Get()
    @RateLimit({ key: undefined, skip: undefined, limit: () => 7 })
    find(): void {}
  }
  const skip = (request: HandlerRequest) => request.url.endsWith('?skip')
  const limits = RateLimitModule.forRoot<HandlerRequest>({ limiters: [limiterOf({})], key, skip })
  const { ask } = await startApp(limits, { controllers: [Cats] })
  expect((await ask('/')).fields['ratelimit-policy']).toBe('"api";q=7;w=10')
  expect((await ask('/?skip')).fields).toEqual({})
})

test('wait queues and shadows are limiters with names, as those inside them', async () => {
  const candidate = limiterOf({ name: 'candidate', limit: 0 })
  const queued = waitQueue(limiterOf({ name: 'queued', limit: 1 }), { maxWaitMs: 0 })
  onTestFinished(() => queued.drain())
  @Controller()
  class Cats {
    @Get()
    @RateLimit({ limiters: ['candidate', 'queued'] })
    find(): void {}
  }
  const limits = RateLimitModule.forRoot({ limiters: [shadow(candidate), queued], key })
  const { ask } = await startApp(limits, { controllers: [Cats] })
  expect((await ask('/')).status).toBe(200)
  expect(await ask('/')).toMatchObject({ status: 429, body: { 'violated-policies': ['queued'] } })
})

describe('RateLimitException', () => {
  async function exceptionOf(options: object, cost = 1): Promise<RateLimitException> {
    const decision = await limiterOf(options).limit('secret-id', { cost })
    const status = decision.source === 'failure-policy' ? 503 : 429
    const result = { allowed: false, decision, decisions: [], problem: undefined }
    return new RateLimitException({ type: 'about:blank', title: 'no', status }, result)
  }

  test('holds no identifier', async () => {
    const exception = await exceptionOf({ limit: 0 })
    expect(inspect(exception, { depth: null, showHidden: true })).not.toContain('secret-id')
    expect(JSON.stringify(exception.getResponse())).not.toContain('secret-id')
  })

  test('names no time to come back if waiting does not help', async () => {
    expect((await exceptionOf({}, 3)).extensions).toEqual({ code: 'TOO_MANY_REQUESTS' })
  })

  test('has the error of a failing store as its cause', async () => {
    const exception = await exceptionOf({ store: downStore, onStoreError: 'deny' })
    expect([exception.getStatus(), exception.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE'])
    expect(exception.cause).toBeInstanceOf(StoreError)
  })
})
