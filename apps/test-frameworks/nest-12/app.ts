import 'reflect-metadata'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Inject,
  Module,
  NotFoundException,
  Param,
  UseFilters,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FixedWindowRateLimiter } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { MemoryStore } from '@rl/memory'
import { RateLimit, RateLimitException, RateLimiters, RateLimitModule, SkipRateLimit } from '@rl/nestjs'

@Catch(RateLimitException)
class SlowDown implements ExceptionFilter {
  catch(exception: RateLimitException, host: ArgumentsHost): void {
    host.switchToHttp().getResponse().status(418).json(exception.extensions)
  }
}

@Controller()
@RateLimit({ limiter: 'hello' })
class AppController {
  constructor(@Inject(RateLimiters) private readonly limiters: RateLimiters) {}

  @Get()
  hello(): string {
    return 'Hello World!'
  }

  @Get('cats/:id')
  @SkipRateLimit()
  @RateLimit({ limiter: 'cats', refund: 'failed' })
  @UseFilters(new SlowDown())
  cat(@Param('id') id: string): string {
    if (id === '0') throw new NotFoundException()
    return id
  }

  @Get('left')
  @SkipRateLimit()
  async left(): Promise<boolean> {
    return (await this.limiters.get('hello').peek('127.0.0.1')).allowed
  }
}

@Controller('dogs')
class Dogs {
  @Get()
  find(): string {
    return 'dogs'
  }
}

const store = new MemoryStore()
const limiters = [
  new FixedWindowRateLimiter({ name: 'hello', store, limit: 3, window: '1d' }),
  new FixedWindowRateLimiter({ name: 'cats', store, limit: 1, window: '1d' }),
  new FixedWindowRateLimiter({ name: 'dogs', store, limit: 2, window: '1d' }),
]
const limits = RateLimitModule.forRoot({ limiters, key: clientIp({ hops: 0 }), everywhere: { limiter: 'dogs' } })

@Module({ imports: [limits], controllers: [AppController, Dogs] })
class AppModule {}

@Controller()
class Misspelt {
  @Get()
  @RateLimit({ limiter: 'hallo' })
  hello(): void {}
}

@Module({ imports: [limits], controllers: [Misspelt] })
class MisspeltModule {}

const silent = { logger: false, abortOnError: false } as const
const error: unknown = await NestFactory.create(MisspeltModule, silent).catch((error: unknown) => error)
console.log(error instanceof Error ? error.message : 'it started')

const app = await NestFactory.create(AppModule, silent)
await app.listen(process.env.PORT ?? 3000, '127.0.0.1')
console.log(await app.getUrl())
