import { FixedWindowRateLimiter, type LimiterOptions, type RateLimiter } from '@rl/core'
import { receiptOf, settleReceipt } from '@rl/core/receipts'
import { IoredisStore } from '@rl/ioredis'
import { MemoryStore } from '@rl/memory'
import { NodeRedisStore } from '@rl/node-redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
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
  'store must be a store, such as new IoredisStore(redis) or new MemoryStore(), received an instance of … without the method apply':
    () => make({ store: new Redis({ lazyConnect: true }) }),
  "window must be a duration such as '500ms', '10s', '1m', '1h', '1d' or '1w', in whole milliseconds, received \"60\"":
    () => make({ window: '60' }),
  'window must be a duration such as …, received "1M"': () => make({ window: '1M' }),
  'limit must be an integer from 0 to 2^53-1, received NaN': () => make({ limit: Number(undefined) }),
  'limit must be an integer from 0 to 2^53-1, received "100"': () => make({ limit: '100' }),
  'options must be made of name, store, … (did you mean window?), received the unknown option "windowMs"': () =>
    make({ windowMs: 1 }),
  'options must be made of name, store, …, received the unknown option "denyCache"': () => make({ denyCache: true }),
  'name must be a non-empty, well-formed string of at most 128 bytes, received undefined': () =>
    make({ name: undefined }),
  'limit must be left out beside windows, received 100': () => make({ windows: TWO }),
  'windows[1] must be unlike the others in length, anchor or unit, received the same as windows[0]': () =>
    makeWith([
      { limit: 1, window: '60s' },
      { limit: 1, window: '1m' },
    ]),
  'breaker must be the same for all limiters of a store, with the same function onChange, received other settings than an earlier limiter of …':
    () => {
      const store = new MemoryStore()
      make({ store, breaker: { failures: 3 } })
      make({ store, breaker: { failures: 4 } })
    },
  'client must be one that sends no command again …': () =>
    new IoredisStore(new Redis({ lazyConnect: true }), { clientRetries: 'throw' }),
  'client must be a Redis or a Cluster of ioredis, …, received a client for NodeRedisStore of @rl/node-redis': () =>
    new IoredisStore(createClient() as never),
  'client must be a Redis or a Cluster of ioredis, …, received a string': () =>
    new IoredisStore('redis://127.0.0.1:6379' as never),
  'client must be a client, pool, cluster or Sentinel of node-redis, …, received a promise (await it first) …': () =>
    new NodeRedisStore(Promise.resolve() as never),
}

async function receipt(): Promise<string> {
  const limiter = make()
  return receiptOf(limiter, await limiter.limit('id'))
}

export const CALLING: Texts = {
  'id must be a non-empty, well-formed string, received a value of type number': () => make().limit(7 as never),
  'id must be a non-empty, well-formed string, received a value of type undefined': () =>
    make().limit(undefined as never),
  'id must be a non-empty, well-formed string, received an empty one': () => make().limit(''),
  'id must be a non-empty, well-formed string, received one with a lone surrogate': () => make().limit('\ud800'),
  'cost must be an integer from 0 to 2^53-1, received -1': () => make().limit('id', { cost: -1 }),
  'limit must be an array of 2 limits, one for each window, received 50': () =>
    makeWith(TWO).limit('id', { limit: 50 }),
  'cost must be an object that names each unit: { requests: …, tokens: … }, received undefined': () =>
    makeWith([
      { unit: 'requests', limit: 1, window: '1m' },
      { unit: 'tokens', limit: 1, window: '1m' },
    ]).limit('id'),
  'options must be a plain object, received 5': () => make().limit('id', 5 as never),
  'options must be a plain object, received an instance of AbortSignal': () =>
    make().limit('id', new AbortController().signal as never),
  'signal must be an AbortSignal, received …': () =>
    make().limit('id', { signal: new AbortController() as unknown as AbortSignal }),
  'decision must be one that this limiter returned, received a plain object': async () => {
    const limiter = make()
    return limiter.refund({ ...(await limiter.limit('id')) })
  },
  'decision must be one that took units, received one that was denied, peeked or of cost 0': async () => {
    const limiter = make()
    return limiter.settle(await limiter.peek('id'), 1)
  },
  'decision must be one without a receipt, received one whose units only its receipt can change': async () => {
    const limiter = make()
    const decision = await limiter.limit('id')
    receiptOf(limiter, decision)
    return limiter.refund(decision)
  },
  'decision must be one that no refund or settlement is under way for, received one that is changing': async () => {
    const limiter = make()
    const decision = await limiter.limit('id')
    limiter.settle(decision, 2)
    return receiptOf(limiter, decision)
  },
  'receipt must be a text made by receiptOf, received another string, or a damaged receipt': async () =>
    settleReceipt(make(), `${await receipt()}!`, 1),
  'receipt must be a text made by receiptOf, received one of another version of this package': async () =>
    settleReceipt(make(), (await receipt()).replace('rl1.', 'rl2.'), 1),
  'receipt must be one of the limiter …, received one of a limiter with another name': async () =>
    settleReceipt(make({ name: 'other' }), await receipt(), 1),
  'limiter must be a FixedWindowRateLimiter of the same copy of @rl/core, received a plain object': async () => {
    const { limit, settle, refund } = make()
    return settleReceipt({ limit, settle, refund } as unknown as RateLimiter, await receipt(), 1)
  },
}
