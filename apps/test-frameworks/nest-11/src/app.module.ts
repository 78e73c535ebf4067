import { Module } from '@nestjs/common'
import { FixedWindowRateLimiter } from '@rl/core'
import { clientIp } from '@rl/http/client-ip'
import { MemoryStore } from '@rl/memory'
import { RateLimitModule } from '@rl/nestjs'
import { AppController } from './app.controller'
import { AppService } from './app.service'

const store = new MemoryStore()

@Module({
  imports: [
    RateLimitModule.forRootAsync({
      useFactory: async () => ({
        limiters: [
          new FixedWindowRateLimiter({ name: 'hello', store, limit: 3, window: '1d' }),
          new FixedWindowRateLimiter({ name: 'cats', store, limit: 1, window: '1d' }),
        ],
        key: clientIp({ hops: 0 }),
      }),
    }),
  ],
  controllers: [AppController],
  providers: [AppService],
})
export class AppModule {}
