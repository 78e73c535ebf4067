import {
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpCode,
  HttpException,
  NotFoundException,
  Param,
  Post,
  Req,
  UnauthorizedException,
  UseFilters,
  UseGuards,
} from '@nestjs/common'
import { describe, expect, test } from 'vitest'
import { downStore, limiterOf } from '../../http/test/limiters.ts'
import { RateLimit, RateLimitException, RateLimitModule, rateLimitOf, SkipRateLimit } from '../src/index.ts'
import { key, platforms, remaining, startApp } from './app.ts'

const problem = {
  type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
  title: 'Request cannot be satisfied as assigned quota has been exceeded',
  status: 429,
}

describe.each(platforms)('Nest 11 on %s', (_, adapter) => {
  test('a denial goes through the default filter, with its fields, and the handler is not called', async () => {
    let calls = 0
    @Controller()
    class Cats {
      @Get()
      @RateLimit()
      find(): string {
        calls++
        return 'cats'
      }
    }
    const limits = RateLimitModule.forRoot({ limiters: [limiterOf({ limit: 1 })], key })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    const policy = '"api";q=1;w=10'
    expect(await ask('/')).toEqual({
      status: 200,
      body: 'cats',
      fields: { 'ratelimit-policy': policy, ratelimit: '"api";r=0;t=4' },
    })
    expect(await ask('/')).toEqual({
      status: 429,
      body: { ...problem, 'violated-policies': ['api'] },
      fields: { 'ratelimit-policy': policy, ratelimit: '"api";r=0;t=4', 'retry-after': '4' },
    })
    expect(calls).toBe(1)
  })

  test('an application’s own filter answers a denial, and finds its decisions', async () => {
    @Catch(RateLimitException)
    class SlowDown implements ExceptionFilter {
      catch(exception: RateLimitException, host: ArgumentsHost): void {
        const http = host.switchToHttp()
        const ids = rateLimitOf(http.getRequest())?.decisions.map(({ decision }) => decision.id)
        const { code, retryAfterMs } = exception.extensions
        http.getResponse().status(418).send({ code, retryAfterMs, ids, message: exception.message })
      }
    }
    @Controller()
    @UseFilters(new SlowDown())
    class Cats {
      @Get()
      @RateLimit()
      find(): void {}
    }
    const limits = RateLimitModule.forRoot({ limiters: [limiterOf({ limit: 1 })], key })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    await ask('/')
    expect(await ask('/')).toMatchObject({
      status: 418,
      body: { code: 'TOO_MANY_REQUESTS', retryAfterMs: 3500, ids: ['ann'], message: problem.title },
      fields: { 'retry-after': '4' },
    })
  })

  test('limits of the application, a class and a handler add up; the innermost options of a limiter hold', async () => {
    const [api, team, searches] = [
      limiterOf({ limit: 100 }),
      limiterOf({ name: 'team', limit: 100 }),
      limiterOf({ name: 'searches', limit: 100 }),
    ]
    @Controller()
    @RateLimit({ limiter: 'team' })
    class Cats {
      @Get('plain')
      plain(): void {}
      @Get('search')
      @RateLimit({ limiters: ['searches', { limiter: 'team', cost: 5 }, { limiter: 'api', cost: 10 }] })
      search(): void {}
      @Get('free')
      @SkipRateLimit()
      free(): void {}
      @Get('own')
      @SkipRateLimit()
      @RateLimit({ limiter: 'searches' })
      own(): void {}
    }
    @Controller('dogs')
    class Dogs {
      @Get()
      find(): void {}
    }
    @Controller('health')
    @SkipRateLimit()
    class Health {
      @Get()
      find(): void {}
    }
    const limits = RateLimitModule.forRoot({ limiters: [api, team, searches], key, everywhere: { limiter: 'api' } })
    const { ask } = await startApp(limits, { controllers: [Cats, Dogs, Health] }, { adapter: adapter() })
    const left = async (path: string, user: string) => {
      const { ratelimit = '' } = (await ask(path, user)).fields
      return ratelimit.replaceAll(/;t=\d+/g, '')
    }
    expect(await left('/plain', 'a')).toBe('"api";r=99, "team";r=99')
    expect(await left('/search', 'b')).toBe('"searches";r=99, "team";r=95, "api";r=90')
    expect(await left('/free', 'c')).toBe('')
    expect(await left('/own', 'd')).toBe('"searches";r=99')
    expect(await left('/dogs', 'e')).toBe('"api";r=99')
    expect(await left('/health', 'f')).toBe('')
  })

  test('it runs where it stands among other guards, and may use what they found', async () => {
    class Login implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const request = context.switchToHttp().getRequest()
        if (key(request) === 'nobody') throw new UnauthorizedException()
        request.user = { id: `id of ${key(request)}` }
        return true
      }
    }
    @Controller()
    @UseGuards(Login)
    class Cats {
      @Get()
      @RateLimit({ key: (request: { user: { id: string } }) => request.user.id })
      find(): void {}
    }
    const limiter = limiterOf({})
    const limits = RateLimitModule.forRoot({ limiters: [limiter] })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    expect((await ask('/', 'nobody')).status).toBe(401)
    expect((await ask('/')).status).toBe(200)
    expect(await remaining(limiter, 'id of ann')).toBe(1)
  })

  test('what failed is given back, also what filters, pipes and later guards answer', async () => {
    class Closed implements CanActivate {
      canActivate(): boolean {
        return false
      }
    }
    class Refusing {
      transform(): never {
        throw new HttpException('no', 422)
      }
    }
    @Controller()
    @RateLimit({ refund: 'failed' })
    class Cats {
      @Get('cats/:id')
      find(@Param('id') id: string): string {
        if (id === '0') throw new NotFoundException()
        return id
      }
      @Get('closed')
      @UseGuards(new Closed())
      closed(): void {}
      @Post('cats')
      @HttpCode(201)
      make(@Body(new Refusing()) _: unknown): void {}
    }
    const limiter = limiterOf({ limit: 9 })
    const limits = RateLimitModule.forRoot({ limiters: [limiter], key })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    expect((await ask('/cats/1')).status).toBe(200)
    const failed = [ask('/cats/0'), ask('/closed'), ask('/cats', 'ann', { method: 'POST' })]
    expect((await Promise.all(failed)).map(({ status }) => status)).toEqual([404, 403, 422])
    await expect.poll(() => remaining(limiter)).toBe(8)
  })

  test('a handler finds the decisions of its request, and settles them', async () => {
    const limiter = limiterOf({ limit: 9 })
    @Controller()
    class Cats {
      @Get()
      @RateLimit()
      async find(@Req() request: object): Promise<void> {
        const decision = rateLimitOf(request)?.decision
        if (decision !== undefined) await limiter.settle(decision, 4)
      }
    }
    const limits = RateLimitModule.forRoot({ limiters: [limiter], key })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    expect((await ask('/')).status).toBe(200)
    expect(await remaining(limiter)).toBe(5)
  })

  test('a failing store is the application’s to answer, or a 503 if told so', async () => {
    @Controller()
    class Cats {
      @Get('throws')
      @RateLimit()
      throws(): void {}
      @Get('unavailable')
      @RateLimit({ onStoreError: 'unavailable' })
      unavailable(): void {}
    }
    const limits = RateLimitModule.forRoot({ limiters: [limiterOf({ store: downStore })], key })
    const { ask } = await startApp(limits, { controllers: [Cats] }, { adapter: adapter() })
    expect((await ask('/throws')).status).toBe(500)
    expect(await ask('/unavailable')).toMatchObject({
      status: 503,
      body: { title: 'Service Unavailable' },
      fields: { 'retry-after': '1' },
    })
  })
})
