import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { Test, type TestingModule } from '@nestjs/testing'
import { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { RateLimiters } from '@rl/nestjs'
import { AppController } from './app.controller'
import { AppService } from './app.service'

describe('AppController', () => {
  let module: TestingModule
  let appController: AppController

  beforeEach(async () => {
    const store = new MemoryStore()
    const limiters = ['hello', 'cats'].map(
      (name) => new FixedWindowRateLimiter({ name, store, limit: 1, window: '1m' }),
    )
    module = await Test.createTestingModule({
      controllers: [AppController],
      providers: [AppService, { provide: RateLimiters, useValue: new RateLimiters({ limiters, key: () => 'ann' }) }],
    }).compile()
    appController = module.get<AppController>(AppController)
  })
  afterEach(() => module.close())

  describe('root', () => {
    it('should return "Hello World!"', () => {
      expect(appController.getHello()).toBe('Hello World!')
    })

    it('should know what is left', async () => {
      expect(await appController.left()).toBe(true)
    })
  })
})
