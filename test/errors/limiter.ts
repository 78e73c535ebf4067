import { FixedWindowRateLimiter, type LimiterOptions } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { Redis } from 'ioredis'
import type { Texts } from './produce.ts'

const good = { name: 'api', store: new MemoryStore(), limit: 100, window: '1m' }

const TWO = [
  { limit: 1, window: '1s' },
  { limit: 1, window: '1m' },
]

function make(options: object = {}): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ ...good, ...options } as LimiterOptions<'throw'>)
}

function makeWith(windows: readonly object[]): FixedWindowRateLimiter {
  return new FixedWindowRateLimiter({ name: 'api', store: good.store, windows } as LimiterOptions<'throw'>)
}

export const MAKING: Texts = {
  'store must be a store with take, refund and clear, received an object': () =>
    make({ store: new Redis({ lazyConnect: true }) }),
  "window must be a duration such as '500ms', '10s', '1m', '1h' or '1d', in whole milliseconds, received \"60\"": () =>
    make({ window: '60' }),
  'limit must be an integer from 0 to 2^53-1, received NaN': () => make({ limit: Number(undefined) }),
  'limit must be an integer from 0 to 2^53-1, received "100"': () => make({ limit: '100' }),
  'options must be made of name, store, …, received the unknown "max"': () => make({ max: 1 }),
  'name must be a non-empty, well-formed string of at most 128 bytes, received undefined': () =>
    make({ name: undefined }),
  'limit must be left out beside windows, received 100': () => make({ windows: TWO }),
  'windows[1] must be unlike the others in length or anchor, received the same as windows[0]': () =>
    makeWith([
      { limit: 1, window: '60s' },
      { limit: 1, window: '1m' },
    ]),
  'client must be one that sends no command again …': () =>
    new IoredisStore(new Redis({ lazyConnect: true }), { clientRetries: 'throw' }),
}

export const CALLING: Texts = {
  'id must be a string, received a value of type number': () => make().limit(7 as never),
  'id must be a string, received a value of type undefined': () => make().limit(undefined as never),
  'id must be a non-empty string, received an empty one': () => make().limit(''),
  'cost must be an integer from 0 to 2^53-1, received -1': () => make().limit('id', { cost: -1 }),
  'limit must be an array of 2 limits, one for each window, received 50': () =>
    makeWith(TWO).limit('id', { limit: 50 }),
  'options must be a plain object, received 5': () => make().limit('id', 5 as never),
  'options must be a plain object, received an object of a class': () =>
    make().limit('id', new AbortController().signal as never),
  'decision must be one that this limiter returned, received an object': async () => {
    const limiter = make()
    return limiter.refund({ ...(await limiter.limit('id')) })
  },
}
