import { createHash } from 'node:crypto'
import { type CounterStore, FixedWindowRateLimiter, OptionError, type RateLimiter } from '@rl/core'
import { denyCache } from '@rl/core/fast-paths'
import { waitQueue } from '@rl/core/wait-queue'
import { MemoryStore } from '@rl/memory'
import { parseList } from 'structured-headers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { draft7, draft10, legacy } from '../src/fields/index.ts'
import { Guard, type GuardOptions } from '../src/index.ts'
import { downStore, limiterOf } from './limiters.ts'

type Options = GuardOptions<[], undefined>

const key = () => 'ann'

describe('options', () => {
  const limiter = limiterOf({})

  test.each<[problem: string, options: object, option: string, received: string]>([
    ['no limiter', { key }, 'limiter', 'undefined'],
    ['nothing', undefined as never, 'options', 'undefined'],
    ['null', null as never, 'options', 'null'],
    [
      'a limiter beside several',
      { limiter, limiters: [limiter], key },
      'limiter',
      'an instance of FixedWindowRateLimiter',
    ],
    ['no limiters', { limiters: [], key }, 'limiters', 'an array'],
    ['what is no limiter', { limiter: {}, key }, 'limiter', 'a plain object'],
    ['what is no limiter among several', { limiters: [limiter, null], key }, 'limiters[1]', 'null'],
    ['an entry without a limiter', { limiters: [{ key }], key }, 'limiters[0].limiter', 'undefined'],
    ['no key', { limiter }, 'key', 'undefined'],
    ['a key that is no function', { limiter, key: 'secret-id' }, 'key', 'a string'],
    ['an entry without a key', { limiters: [{ limiter, key }, limiter] }, 'key', 'undefined'],
    ['a misspelt option', { limiter, key, costs: 2 }, 'options', 'the unknown option "costs"'],
    [
      'an entry’s misspelt option',
      { limiters: [{ limiter, key, skip: key }] },
      'limiters[0]',
      'the unknown option "skip"',
    ],
    ['what is no format', { limiter, key, headers: 'draft-7' }, 'headers', '"draft-7"'],
    ['what is no format in a list', { limiter, key, headers: [legacy, true] }, 'headers', 'true'],
    ['two drafts', { limiter, key, headers: [draft10, legacy, draft7] }, 'headers', '3 formats'],
    ['an unknown refund', { limiter, key, refund: 'all' }, 'refund', '"all"'],
    ['an unknown reaction', { limiter, key, onStoreError: 'allow' }, 'onStoreError', '"allow"'],
    ['a skip that is no function', { limiter, key, skip: true }, 'skip', 'true'],
    ['a unit no string can hold', { limiter, key, unit: '\n' }, 'unit', '"\\n"'],
    ['a bad partition key', { limiter, key, partitionKey: 'sha256' }, 'partitionKey', '"sha256"'],
  ])('with %s are refused', (_, options, option, received) => {
    const create = () => new Guard(options as Options)
    expect(create).toThrow(OptionError)
    expect(create).toThrow(expect.objectContaining({ option }))
    expect(create).toThrow(`received ${received}`)
    expect(create).not.toThrow('secret-id')
  })

  test('of an entry win over the common ones', async () => {
    const asked = vi.spyOn(limiter, 'limit')
    const entry = { limiter, key: () => 'bob', cost: 0 }
    const guard = new Guard<[], undefined>({ limiters: [limiter, entry], key, cost: 1, limit: 9 })
    await guard.check()
    expect(asked.mock.calls).toEqual([
      ['ann', { cost: 1, limit: 9 }],
      ['bob', { cost: 0, limit: 9 }],
    ])
  })
})

describe('a limiter with several windows', () => {
  const windows = [
    { limit: 2, window: '1s' as const },
    { limit: 100, window: '1d' as const },
  ]
  const several = () =>
    new FixedWindowRateLimiter({ name: 'api', store: new MemoryStore({ now: () => 1_700_000_000_250 }), windows })

  test('is a policy for each of them', async () => {
    const fields = await fieldsOf({ limiter: several(), key })
    expect(fields).toEqual({
      'ratelimit-policy': '"api-1s";q=2;w=1, "api-1d";q=100;w=86400',
      ratelimit: '"api-1s";r=1;t=1, "api-1d";r=99;t=6400',
    })
  })

  test('names those that a request violates', async () => {
    const verdict = await new Guard<[], undefined>({ limiter: several(), key, cost: 3 }).check()
    expect(verdict?.problem?.['violated-policies']).toEqual(['api-1s'])
  })

  test('tells the limits of the request’s plan', async () => {
    const fields = await fieldsOf({ limiter: several(), key, limit: async () => [5, 50] })
    expect(fields['ratelimit-policy']).toBe('"api-1s";q=5;w=1, "api-1d";q=50;w=86400')
    expect(fields.ratelimit).toBe('"api-1s";r=4;t=1, "api-1d";r=49;t=6400')
  })
})

describe('partition keys', () => {
  test('name the key by a hash in both fields', async () => {
    const fields = await fieldsOf({ limiter: limiterOf({}), key, partitionKey: true })
    const hash = createHash('sha256').update('ann').digest().subarray(0, 16)
    for (const name of ['ratelimit-policy', 'ratelimit']) {
      const [[, parameters] = []] = parseList(fields[name] ?? '')
      expect(Buffer.from((parameters as Map<string, ArrayBuffer>).get('pk') as ArrayBuffer)).toEqual(hash)
    }
  })

  test('can be made in another way', async () => {
    const partitionKey = async (id: string) => new Uint8Array([id.length])
    const fields = await fieldsOf({ limiter: limiterOf({}), key, partitionKey })
    expect(fields.ratelimit).toBe('"api";r=1;t=4;pk=:Aw==:')
  })
})

describe('a denial', () => {
  test('names no policy that admitted, however little it has left', async () => {
    const limiters = [limiterOf({ name: 'first', limit: 5 }), limiterOf({ limit: 0 })]
    const verdict = await new Guard<[], undefined>({ limiters, key, cost: 3 }).check()
    expect(verdict?.problem?.['violated-policies']).toEqual(['api'])
  })

  test('names policies as the fields do, whatever characters they hold', async () => {
    const guard = new Guard<[], undefined>({ limiter: limiterOf({ name: 'caf\u00e9', limit: 0 }), key })
    const verdict = await guard.check()
    const fields = new Map<string, string>()
    verdict?.writeHeaders(fields)
    const names = parseList(fields.get('RateLimit') ?? '').map(([name]) => name)
    expect(verdict?.problem?.['violated-policies']).toEqual(names)
  })

  test('by the deny cache leaves the stores of the limiters behind it alone', async () => {
    const first = limiterOf({ name: 'first', limit: 1, fastPaths: [denyCache()] })
    const second = limiterOf({ name: 'second' })
    const guard = new Guard<[], undefined>({ limiters: [first, second], key })
    const peek = vi.spyOn(second, 'peek')
    await guard.check()
    expect((await guard.check())?.result.decision.source).toBe('deny-cache')
    expect(peek).not.toHaveBeenCalled()
  })

  test('by a queue that is full leaves the stores of the limiters behind it alone', async () => {
    const queue = waitQueue(limiterOf({ name: 'first', limit: 1 }), { maxWaitMs: 60_000, maxWaiting: { calls: 1 } })
    const second = limiterOf({ name: 'second' })
    const guard = new Guard<[], undefined>({ limiters: [queue, second], key })
    await guard.check()
    const waiting = guard.check()
    const sourceOfNext = async (): Promise<string | undefined> => (await guard.check())?.result.decision.source
    await expect.poll(sourceOfNext).toBe('wait-queue')
    const peek = vi.spyOn(second, 'peek')
    expect(await sourceOfNext()).toBe('wait-queue')
    expect(peek).not.toHaveBeenCalled()
    await queue.drain()
    expect((await waiting)?.result.allowed).toBe(false)
  })

  test('stays one if a limiter behind it fails', async () => {
    const second = limiterOf({ name: 'second' })
    vi.spyOn(second, 'peek').mockRejectedValue(new Error('down'))
    const verdict = await new Guard<[], undefined>({ limiters: [limiterOf({ limit: 0 }), second], key }).check()
    const headers = new Headers()
    verdict?.writeHeaders(headers)
    expect(verdict?.problem?.status).toBe(429)
    expect(Object.fromEntries(headers)).toEqual({
      'ratelimit-policy': '"api";q=0;w=10, "second";q=2;w=10',
      ratelimit: '"api";r=0;t=4',
    })
  })

  test('does not claim that units came back when the refund failed', async () => {
    const first = limiterOf({ name: 'first' })
    const error = new Error('down')
    vi.spyOn(first, 'refund').mockRejectedValue(error)
    const onRefundError = vi.fn()
    const limiters = [first, limiterOf({ limit: 0 })]
    const fields = await fieldsOf({ limiters, key, onRefundError })
    expect(fields.ratelimit).toBe('"first";r=1;t=4, "api";r=0;t=4')
    expect(onRefundError).toHaveBeenCalledExactlyOnceWith(error)
  })
})

describe('the decision that speaks for all', () => {
  const decisionOf = async (...limiters: RateLimiter[]) =>
    (await new Guard<[], undefined>({ limiters, key, onStoreError: 'unavailable' }).check())?.result.decision

  test('is the one with the least left, when all admit', async () => {
    const much = limiterOf({ limit: 9 })
    const little = limiterOf({ limit: 3 })
    expect(await decisionOf(much, little)).toMatchObject({ allowed: true, limit: 3 })
    expect(await decisionOf(little, much)).toMatchObject({ allowed: true, limit: 3 })
  })

  test('is one with figures, when all admit and one’s store failed', async () => {
    const failing = limiterOf({ store: downStore, onStoreError: 'allow' })
    expect(await decisionOf(failing, limiterOf({}))).toMatchObject({ source: 'store' })
    expect(await decisionOf(limiterOf({}), failing)).toMatchObject({ source: 'store' })
  })

  test('is the denial that lasts longest, when any denies', async () => {
    const short = limiterOf({ limit: 1 })
    const long = limiterOf({ limit: 1, window: '1m' })
    await decisionOf(short, long)
    expect(await decisionOf(short, long)).toMatchObject({ allowed: false, retryAfterMs: 33_500 })
    expect(await decisionOf(long, short)).toMatchObject({ allowed: false, retryAfterMs: 33_500 })
    expect(await decisionOf(limiterOf({}), short)).toMatchObject({ allowed: false, retryAfterMs: 3500 })
  })
})

describe('settling', () => {
  test('does nothing for a denied request', async () => {
    const limiters = [limiterOf({ name: 'first' }), limiterOf({ limit: 0 })]
    const refunds = limiters.map((limiter) => vi.spyOn(limiter, 'refund'))
    const guard = new Guard<[], undefined>({ limiters, key, refund: 'failed' })
    const verdict = await guard.check()
    expect(refunds.map(({ mock }) => mock.calls.length)).toEqual([1, 0])
    await guard.settle(verdict, 429, undefined)
    expect(refunds.map(({ mock }) => mock.calls.length)).toEqual([1, 0])
  })

  test('asks no function about a response that there is not', async () => {
    const refund = vi.fn(() => true)
    const limiter = limiterOf({})
    const guard = new Guard<[], object>({ limiter, key, refund })
    await guard.settle(await guard.check(), 500, undefined)
    expect(refund).not.toHaveBeenCalled()
    expect(await limiter.peek('ann')).toMatchObject({ remaining: 1 })
  })

  test('reports what a function throws', async () => {
    const boom = new Error('boom')
    const onRefundError = vi.fn()
    const refund = () => Promise.reject(boom)
    const guard = new Guard<[], object>({ limiter: limiterOf({}), key, refund, onRefundError })
    await guard.settle(await guard.check(), 200, {})
    expect(onRefundError).toHaveBeenCalledExactlyOnceWith(boom)
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('observer')
      },
    ],
    ['rejects', () => Promise.reject(new Error('observer'))],
  ])('does not fail because onRefundError %s', async (_, onRefundError) => {
    const refund = () => Promise.reject(new Error('boom'))
    const guard = new Guard<[], object>({ limiter: limiterOf({}), key, refund, onRefundError })
    await expect(guard.settle(await guard.check(), 200, {})).resolves.toBeUndefined()
  })
})

test('a client that waits as long as Retry-After says is admitted, whenever it was denied', async () => {
  for (const offset of [0, 1, 499, 500, 999, 1000, 1499]) {
    let now = 1_700_000_000_000 + offset
    const store = new MemoryStore({ now: () => now })
    const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: 1500 })
    const guard = new Guard<[], undefined>({ limiter, key })
    await guard.check()
    const denied = await guard.check()
    const headers = new Headers()
    denied?.writeHeaders(headers)
    expect(denied?.result.allowed).toBe(false)
    now += Number(headers.get('retry-after')) * 1000
    expect((await guard.check())?.result.allowed).toBe(true)
  }
})

test('all functions are asked before the first unit is taken', async () => {
  const first = limiterOf({ name: 'first' })
  const second = { limiter: limiterOf({ name: 'second' }), cost: () => Promise.reject(new Error('boom')) }
  const asked = vi.spyOn(first, 'limit')
  await expect(new Guard<[], undefined>({ limiters: [first, second], key }).check()).rejects.toThrow('boom')
  expect(asked).not.toHaveBeenCalled()
})

test.each(['cost', 'limit', 'calendar'])(
  'a key that rejects beside a %s that throws is one error, and no unhandled one',
  async (name) => {
    const unhandled: unknown[] = []
    const hear = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', hear)
    onTestFinished(() => void process.off('unhandledRejection', hear))
    const options = {
      limiter: limiterOf({}),
      key: () => Promise.reject(new Error('no user')),
      [name]: () => {
        throw new Error('no body')
      },
    }
    await expect(new Guard<[], undefined>(options).check()).rejects.toThrow(/no (user|body)/)
    await new Promise(setImmediate)
    expect(unhandled).toEqual([])
  },
)

async function fieldsOf(options: Options): Promise<Record<string, string>> {
  const verdict = await new Guard(options).check()
  const headers = new Headers()
  verdict?.writeHeaders(headers)
  return Object.fromEntries(headers)
}

describe('several limiters under a flood of one caller', () => {
  /** A store that answers a turn later, so that requests overlap. */
  const slowStore = (): CounterStore => {
    const counters = new MemoryStore({ now: () => 1_700_000_000_250 })
    return {
      apply: async (operations) => {
        await new Promise((resolve) => setImmediate(resolve))
        return counters.apply(operations)
      },
    }
  }

  test.each(['shared first', 'own first'])(
    '%s: everybody else gets in, as the limiter that denied last is asked first',
    async (order) => {
      const store = slowStore()
      const shared = {
        limiter: new FixedWindowRateLimiter({ name: 'shared', store, limit: 31, window: '1h' }),
        key: () => 'all',
      }
      const own = {
        limiter: new FixedWindowRateLimiter({ name: 'own', store, limit: 1, window: '1h' }),
        key: (caller: string) => caller,
      }
      const guard = new Guard<[caller: string], undefined>({
        limiters: order === 'own first' ? [own, shared] : [shared, own],
      })
      const isAllowed = async (caller: string) => (await guard.check(caller))?.result.allowed
      expect([await isAllowed('flood'), await isAllowed('flood')]).toEqual([true, false])
      const flood = async (): Promise<void> => {
        for (let i = 0; i < 50; i++) expect(await isAllowed('flood')).toBe(false)
      }
      const others = async (): Promise<(boolean | undefined)[]> => {
        const answers = []
        for (let i = 0; i < 30; i++) answers.push(await isAllowed(`user ${i}`))
        return answers
      }
      const [answers] = await Promise.all([others(), ...Array.from({ length: 40 }, flood)])
      expect(answers.filter(Boolean)).toHaveLength(30)
    },
  )
})

test('a cost in several units is checked against all of them, and each has its policy', async () => {
  const limiter = new FixedWindowRateLimiter({
    name: 'llm',
    store: new MemoryStore({ now: () => 1_700_000_000_250 }),
    windows: [
      { unit: 'requests', limit: 60, window: '1m' },
      { unit: 'tokens', limit: 1000, window: '1m' },
    ],
  })
  const guard = new Guard<[tokens: number], undefined>({
    limiter,
    key,
    cost: (tokens) => ({ requests: 1, tokens }),
    refund: 'failed',
  })
  const verdict = await guard.check(900)
  const fields = new Headers()
  verdict?.writeHeaders(fields)
  expect(fields.get('ratelimit')).toBe('"llm-1m-requests";r=59;t=40, "llm-1m-tokens";r=100;t=40')
  expect((await guard.check(200))?.problem?.['violated-policies']).toEqual(['llm-1m-tokens'])
  await guard.settle(verdict, 500, undefined, 900)
  expect((await limiter.peek('ann')).windows.map(({ remaining }) => remaining)).toEqual([60, 1000])
})
