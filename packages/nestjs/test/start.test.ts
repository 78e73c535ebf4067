import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { OptionError } from '@rl/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { limiterOf } from '../../http/test/limiters.ts'
import {
  RateLimit,
  RateLimiters,
  RateLimitModule,
  type RateLimitModuleOptions,
  type RateLimitOptions,
  SkipRateLimit,
} from '../src/index.ts'
import { key, remaining, startApp } from './app.ts'

const two = { limiters: [limiterOf({ name: 'api' }), limiterOf({ name: 'logins' })], key }

function controllerWith(options?: RateLimitOptions): new () => object {
  @Controller()
  class Cats {
    @Get()
    @RateLimit(options)
    find(): void {}
  }
  return Cats
}

describe('a mistake in the wiring is an OptionError when the application starts', () => {
  const names = `limiter must be 'api' or 'logins'`
  const wrong: readonly { message: string; options?: object; module?: object }[] = [
    { message: `${names} (did you mean logins?), received "login"`, options: { limiter: 'login' } },
    { message: `${names}, received undefined` },
    { message: `${names}, received "x"`, options: { limiters: ['api', { limiter: 'x' }] } },
    {
      message: 'limiter must be left out beside limiters, received "api"',
      options: { limiter: 'api', limiters: ['logins'] },
    },
    { message: 'limiters must be an array with at least one limiter, received an array', options: { limiters: [] } },
    {
      message: 'key must be a function of the request, received undefined',
      options: { limiter: 'api' },
      module: { limiters: two.limiters },
    },
    { message: 'refund must be "failed" or "successful" or a function', options: { limiter: 'api', refund: 'all' } },
    { message: 'received the unknown option "costs"', options: { limiter: 'api', costs: 2 } },
    { message: 'limiters must be an array with at least one limiter, received undefined', module: { key } },
    { message: 'limiters[0] must be a limiter of @rl/core, received "api"', module: { key, limiters: ['api'] } },
    {
      message: 'limiters[2] must be unlike the others in name, received a second one named "api"',
      module: { limiters: [...two.limiters, limiterOf({})] },
    },
    { message: 'received the unknown option "limits"', module: { ...two, limits: 1 } },
    { message: 'options must be a plain object, received "logins"', options: 'logins' as never },
    { message: 'options must be a plain object, received "api"', module: { ...two, everywhere: 'api' } },
    { message: 'options must be a plain object, received an array', module: two.limiters },
  ]
  test.each(wrong)('$message', async ({ message, options, module = two }) => {
    const start = async () =>
      startApp(RateLimitModule.forRoot(module as RateLimitModuleOptions), { controllers: [controllerWith(options)] })
    const starting = start()
    await expect(starting).rejects.toThrow(OptionError)
    await expect(starting).rejects.toThrow(message)
  })

  test('a value that is no factory', () => {
    const options = { useFactory: two } as never
    expect(() => RateLimitModule.forRootAsync(options)).toThrow(
      'useFactory must be a function, received a plain object',
    )
  })

  test('also of what holds everywhere, before any controller has a limit', async () => {
    const limits = RateLimitModule.forRoot({ ...two, everywhere: { limiter: 'users' } })
    await expect(startApp(limits, {})).rejects.toThrow(`limiter must be 'api' or 'logins', received "users"`)
  })

  test('a decorator without the module is an error of Nest that names what is missing', async () => {
    class Empty {}
    Module({})(Empty)
    const starting = startApp({ module: Empty }, { controllers: [controllerWith()] })
    await expect(starting).rejects.toThrow(/RateLimitGuard.*RateLimiters/)
  })
})

test('options come from a factory with dependencies, and limiters can be injected in all modules', async () => {
  const store = limiterOf({ name: 'mails', limit: 5 })
  @Injectable()
  class Mailer {
    constructor(@Inject(RateLimiters) limiters: RateLimiters) {
      this.limiter = limiters.get('mails')
    }
    readonly limiter
  }
  class ConfigModule {}
  Module({ providers: [{ provide: 'LIMIT', useValue: store }], exports: ['LIMIT'] })(ConfigModule)
  class MailModule {}
  Module({ providers: [Mailer], controllers: [controllerWith()] })(MailModule)
  const limits = RateLimitModule.forRootAsync({
    imports: [ConfigModule],
    inject: ['LIMIT'],
    useFactory: async (limiter: typeof store) => ({ limiters: [limiter], key }),
  })
  const { nest, ask } = await startApp(limits, { imports: [MailModule] })
  expect(nest.get(Mailer, { strict: false }).limiter).toBe(store)
  expect((await ask('/')).fields.ratelimit).toBe('"mails";r=4;t=4')
})

test('a limiter picked for a request', async () => {
  const limits = RateLimitModule.forRoot(two)
  const limiter: RateLimitOptions['limiter'] = async ({ headers }) => `${headers['x-plan']}`
  const { ask } = await startApp(limits, { controllers: [controllerWith({ limiter })] })
  const fields = async (plan: string) => (await ask('/', 'ann', { headers: { 'x-plan': plan } })).fields.ratelimit
  expect(await fields('api')).toBe('"api";r=1;t=4')
  expect(await fields('logins')).toBe('"logins";r=1;t=4')
  expect((await ask('/', 'ann', { headers: { 'x-plan': 'x' } })).status).toBe(500)
})

test('a handler that a class inherits has the limits of both classes', async () => {
  const api = limiterOf({})
  const logins = limiterOf({ name: 'logins', limit: 9 })
  abstract class Crud {
    @Get()
    @RateLimit({ limiter: 'logins', cost: 2 })
    find(): void {}
  }
  @Controller('cats')
  @RateLimit({ limiter: 'api' })
  class Cats extends Crud {}
  @Controller('dogs')
  @RateLimit({ limiter: 'logins', cost: 5 })
  class Dogs extends Crud {}
  @Controller('fish')
  @SkipRateLimit()
  class Fish extends Crud {}
  const limits = RateLimitModule.forRoot({ limiters: [api, logins], key, everywhere: { limiter: 'api' } })
  const { ask } = await startApp(limits, { controllers: [Cats, Dogs, Fish] })
  expect((await ask('/cats', 'a')).fields.ratelimit).toBe('"api";r=1;t=4, "logins";r=7;t=4')
  expect((await ask('/dogs', 'b')).fields.ratelimit).toBe('"api";r=1;t=4, "logins";r=7;t=4')
  expect((await ask('/fish', 'c')).fields.ratelimit).toBe('"logins";r=7;t=4')
})

test('closing the application waits for what its limiters have sent', async () => {
  const limiter = limiterOf({})
  const drain = vi.spyOn(limiter, 'drain')
  const { nest } = await startApp(RateLimitModule.forRoot({ limiters: [limiter] }), {})
  await nest.close()
  expect(drain).toHaveBeenCalledOnce()
})

test('tests can replace the application’s limiters', async () => {
  const [strict, generous] = [limiterOf({ limit: 0 }), limiterOf({ limit: 9 })]
  class AppModule {}
  Module({ imports: [RateLimitModule.forRoot({ limiters: [strict], key })], controllers: [controllerWith()] })(
    AppModule,
  )
  const tested = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(RateLimiters)
    .useValue(new RateLimiters({ limiters: [generous], key }))
    .compile()
  const nest = tested.createNestApplication({ logger: false })
  onTestFinished(() => nest.close())
  await nest.listen(0, '127.0.0.1')
  const response = await fetch(await nest.getUrl(), { headers: { 'x-user': 'ann' } })
  expect([response.status, await remaining(generous)]).toEqual([200, 8])
})
