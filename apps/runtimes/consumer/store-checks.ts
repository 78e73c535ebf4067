import {
  type CounterStore,
  type FastPathFactory,
  FixedWindowRateLimiter,
  OptionError,
  type RateLimiter,
} from '@rl/core'
import { ownOptions } from '@rl/core/check'
import { denyCache, lease } from '@rl/core/fast-paths'
import { type Checks, same } from './check.js'
import { featureChecks } from './feature-checks.js'

const HOUR_MS = 3_600_000

/** Checks that hold over every store and on every runtime. Limiters get unique names: the server may be shared. */
export function storeChecks(store: CounterStore): Checks {
  const hourly = (limit: number, ...fastPaths: FastPathFactory[]): FixedWindowRateLimiter =>
    new FixedWindowRateLimiter({ name: unique(), store, limit, window: '1h', anchor: 'first-hit', fastPaths })

  return {
    'concurrent callers are admitted up to the limit': async () => {
      same(await admitted(hourly(5), 'user', 20), 5, 'admitted')
    },
    'limiters of one name share their counters': async () => {
      const options = { name: unique(), store, limit: 5, window: HOUR_MS, anchor: 'first-hit' } as const
      const limiters = [new FixedWindowRateLimiter(options), new FixedWindowRateLimiter(options)]
      const counts = await Promise.all(limiters.map((limiter) => admitted(limiter, 'user', 10)))
      same(
        counts.reduce((sum, count) => sum + count),
        5,
        'admitted',
      )
    },
    'a denial says how long to wait and costs nothing': async () => {
      const limiter = hourly(1)
      await limiter.limit('user')
      const denied = await limiter.limit('user')
      same(denied.allowed, false, 'allowed')
      same(denied.retryAfterMs > 0 && denied.retryAfterMs <= HOUR_MS, true, 'retryAfterMs within the window')
      const seen = await limiter.peek('user')
      same(seen.remaining, 0, 'remaining')
    },
    'refund and reset give units back': async () => {
      const limiter = hourly(3)
      const decision = await limiter.limit('user', { cost: 3 })
      await limiter.refund(decision)
      same(await admitted(limiter, 'user', 4), 3, 'admitted after the refund')
      await limiter.reset('user')
      same(await limiter.isAllowed('user'), true, 'admitted after the reset')
    },
    'two windows admit together or charge neither': async () => {
      const windows = [
        { limit: 2, window: '1h', anchor: 'first-hit' },
        { limit: 5, window: '1d', anchor: 'first-hit' },
      ] as const
      const limiter = new FixedWindowRateLimiter({ name: unique(), store, windows })
      same(await admitted(limiter, 'user', 5), 2, 'admitted')
      const seen = await limiter.peek('user')
      same(seen.windows[1]?.remaining, 3, 'left in the longer window')
    },
    'epoch windows end at multiples of their length': async () => {
      const limiter = new FixedWindowRateLimiter({ name: unique(), store, limit: 1, window: '1h' })
      const decision = await limiter.limit('user')
      same(decision.resetAt % HOUR_MS, 0, 'resetAt modulo the window')
    },
    'identifiers of any length and alphabet are kept apart': async () => {
      const limiter = hourly(1)
      const ids = ['a:b', '}x{', '🦊', '__proto__', `${'é'.repeat(200)}1`, `${'é'.repeat(200)}2`]
      for (const id of ids) {
        same(await limiter.isAllowed(id), true, 'the first call')
        same(await limiter.isAllowed(id), false, 'the second call')
      }
    },
    'the deny cache answers': async () => {
      const limiter = hourly(1, denyCache())
      await admitted(limiter, 'user', 2)
      same((await limiter.limit('user')).source, 'deny-cache', 'source')
    },
    'a lease never admits more than the limit': async () => {
      same(await admitted(hourly(50, lease()), 'user', 200), 50, 'admitted')
    },
    'drain sends what waits, and gives back what a lease holds': async () => {
      const limiter = hourly(50, lease())
      const answers = Array.from({ length: 10 }, () => limiter.isAllowed('user'))
      await limiter.drain()
      same((await Promise.all(answers)).filter(Boolean).length, 10, 'admitted')
      same((await limiter.peek('user')).remaining, 40, 'remaining')
    },
    'windows of several units admit together or charge neither': async () => {
      const windows = [
        { unit: 'requests', limit: 5, window: '1h', anchor: 'first-hit' },
        { unit: 'tokens', limit: 100, window: '1h', anchor: 'first-hit' },
      ] as const
      const limiter = new FixedWindowRateLimiter({ name: unique(), store, windows })
      same((await limiter.limit('user', { cost: { requests: 1, tokens: 60 } })).allowed, true, 'the first')
      same((await limiter.limit('user', { cost: { requests: 1, tokens: 60 } })).allowed, false, 'the second')
      const seen = await limiter.peek('user')
      same(JSON.stringify(seen.windows.map(({ remaining }) => remaining)), '[4,40]', 'remaining')
    },
    'the deadline ends a call that the store leaves without an answer': async () => {
      const silent: CounterStore = { apply: () => new Promise(() => {}) }
      const limiter = new FixedWindowRateLimiter({
        name: unique(),
        store: silent,
        limit: 1,
        window: '1h',
        deadlineMs: 20,
        onStoreError: 'allow',
      })
      const decision = await limiter.limit('user')
      same(decision.source, 'failure-policy', 'source')
      same(decision.allowed, true, 'allowed')
    },
    'a wrong option is named': async () => {
      try {
        hourly(-1)
      } catch (error) {
        same(error instanceof OptionError, true, 'an OptionError')
        same(`${error}`.includes('limit'), true, 'names the option')
        return
      }
      throw new Error('limit: -1 was taken')
    },
    'the checks of options are there for other stores': async () => {
      same(ownOptions('options', { url: 'redis://' }, ['url']).url, 'redis://', 'a known option')
      try {
        ownOptions<{ url?: string }>('options', { ulr: '' } as object, ['url'])
      } catch (error) {
        same(error instanceof OptionError, true, 'an OptionError')
        return
      }
      throw new Error('an unknown option was taken')
    },
    ...featureChecks(store),
  }
}

function unique(): string {
  return crypto.randomUUID()
}

async function admitted(limiter: RateLimiter, id: string, calls: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: calls }, () => limiter.isAllowed(id)))
  return answers.filter(Boolean).length
}
