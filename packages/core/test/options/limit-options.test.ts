import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Decision, FixedWindowRateLimiter, type LimitOptions, OptionError } from '../src/index.ts'
import { everythingIn, RecordingStore, rejection, T0, turns } from './support.ts'

const ID = 'secret-person@example.org'

const NO_COUNTS: [value: unknown, shown: string][] = [
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-1, '-1'],
  [1.5, '1.5'],
  [2 ** 53, '9007199254740992'],
  ['5', '"5"'],
  ['1m', '"1m"'],
  [5n, '5n'],
  [false, 'false'],
  [null, 'null'],
  [{ valueOf: () => 5 }, 'an object'],
]

/** What holds no options of its own: ignored, it would be a cost or a limit that is not applied. */
const NO_OPTIONS: [kind: string, value: unknown, shown: string][] = [
  ['null', null, 'null'],
  ['a number', 3, '3'],
  ['a bigint', 3n, '3n'],
  ['a boolean', true, 'true'],
  ['a symbol', Symbol('3'), 'a symbol'],
  ['a string', '3', 'a string'],
  ['an array', [], 'an array'],
  ['a function', () => ({ cost: 3 }), 'a function'],
  ['a Date', new Date(3), 'an object of a class'],
  ['a Map', new Map([['cost', 3]]), 'an object of a class'],
  ['a boxed number', new Number(3), 'an object of a class'],
  ['a promise', Promise.resolve({ cost: 3 }), 'an object of a class'],
  ['an AbortSignal', new AbortController().signal, 'an object of a class'],
  [
    'an object whose class has the options as getters',
    new (class {
      get cost() {
        return 3
      }
    })(),
    'an object of a class',
  ],
  ['an object that inherits the options', Object.create({ cost: 3 }), 'an object of a class'],
  ['another realm’s Map', runInNewContext("new Map([['cost', 3]])"), 'an object of a class'],
]

const HALF_A_SIGNAL = { aborted: false, addEventListener: () => undefined }

let store: RecordingStore
let limiter: FixedWindowRateLimiter
let several: FixedWindowRateLimiter

beforeEach(() => {
  store = new RecordingStore()
  limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 5, window: '1m' })
  const windows = [
    { limit: 5, window: '1s' },
    { limit: 9, window: '1m' },
  ]
  several = new FixedWindowRateLimiter({ name: 'api', store, windows })
})

type Method = 'limit' | 'isAllowed' | 'peek'
const METHODS: Method[] = ['limit', 'isAllowed', 'peek']

/** The promise is rejected, nothing thrown at once; nothing is sent, then or later; the identifier is not told. */
async function refused(promise: Promise<unknown>, option: string, shown: string): Promise<void> {
  const error = await rejection(promise)
  expect(error).toBeInstanceOf(OptionError)
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ name: 'OptionError', option })
  expect((error as OptionError).message.startsWith(`${option} must be `)).toBe(true)
  expect((error as OptionError).message.endsWith(shown)).toBe(true)
  expect(everythingIn(error)).not.toContain('secret')
  await turns()
  expect(store.sent).toBe(0)
}

describe.each(METHODS)('%s', (method) => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'a value of type undefined'],
    ['null', null, 'null'],
    ['a number', 20_261, 'a value of type number'],
    ['a bigint', 20_261n, 'a value of type bigint'],
    ['a symbol', Symbol('secret'), 'a value of type symbol'],
    ['an object', { id: 'secret', toString: () => 'secret' }, 'a value of type object'],
    ['an array', ['secret'], 'a value of type object'],
    ['a String object', new String('secret'), 'a value of type object'],
    ['the empty string', '', 'an empty one'],
    ['a lone high surrogate', 'secret\ud83d', 'a string with a lone surrogate'],
    ['a lone low surrogate', '\ude00secret', 'a string with a lone surrogate'],
    ['surrogates in the wrong order', 'secret\ude00\ud83d', 'a string with a lone surrogate'],
    ['a long id with a lone surrogate', `${'secret'.repeat(40)}\ud83d`, 'a string with a lone surrogate'],
  ])('refuses %s as an id, without and with options', async (_, id, shown) => {
    await refused(limiter[method](id as string), 'id', shown)
    await refused(limiter[method](id as string, { cost: 1 }), 'id', shown)
    await refused(limiter[method](id as string, { signal: new AbortController().signal }), 'id', shown)
    expect(JSON.stringify(await rejection(limiter[method](id as string)))).not.toContain('20261')
  })

  test.each(NO_COUNTS)('refuses the cost %s', async (cost, shown) => {
    await refused(limiter[method](ID, { cost } as LimitOptions), 'cost', `received ${shown}`)
  })

  test.each([...NO_COUNTS, [[1, 2], 'an array'] as const, [[], 'an array'] as const])(
    'refuses the limit %s',
    async (limit, shown) => {
      await refused(limiter[method](ID, { limit } as LimitOptions), 'limit', `received ${shown}`)
    },
  )

  test.each(NO_COUNTS)('refuses the limit %s for one of several windows', async (limit, shown) => {
    await refused(several[method](ID, { limit: [5, limit] } as LimitOptions), 'limit[1]', `received ${shown}`)
  })

  test('refuses holes in the limits', async () => {
    const limits: number[] = []
    limits[1] = 5
    await refused(several[method](ID, { limit: limits }), 'limit[0]', 'received undefined')
  })

  test.each<[unknown, string]>([
    [5, '5'],
    [[5], 'an array'],
    [[5, 5, 5], 'an array'],
    [[], 'an array'],
    ['5,5', '"5,5"'],
    [null, 'null'],
    [{ 0: 5, 1: 5, length: 2 }, 'an object'],
  ])('refuses %j as the limits of two windows', async (limit, shown) => {
    await refused(several[method](ID, { limit } as LimitOptions), 'limit', `received ${shown}`)
  })

  test.each<[unknown, string]>([
    [null, 'null'],
    [true, 'true'],
    [{}, 'an object'],
    [new AbortController(), 'an object'],
    [{ aborted: false }, 'an object'],
    [{ addEventListener: () => undefined }, 'an object'],
    [{ ...HALF_A_SIGNAL, throwIfAborted: () => undefined }, 'an object'],
    [{ ...HALF_A_SIGNAL, removeEventListener: () => undefined }, 'an object'],
    [() => undefined, 'a function'],
  ])('refuses %j as a signal', async (signal, shown) => {
    await refused(limiter[method](ID, { signal } as LimitOptions), 'signal', `received ${shown}`)
  })

  test('refuses an option it does not know', async () => {
    await refused(limiter[method](ID, { costs: 2 } as LimitOptions), 'options', 'received the unknown "costs"')
    await refused(limiter[method](ID, { window: 5 } as LimitOptions), 'options', 'received the unknown "window"')
  })

  test.each(NO_OPTIONS)('refuses %s in place of options', async (_, options, shown) => {
    await refused(limiter[method](ID, options as LimitOptions), 'options', `received ${shown}`)
  })

  test.each([
    ['an object without a prototype', Object.assign(Object.create(null), { cost: 3 })],
    ['an object of another realm', runInNewContext('({ cost: 3 })')],
  ])('takes %s as options', async (_, options) => {
    await limiter[method](ID, options)
    await limiter.limit(ID, { cost: 2 })
    expect((await limiter.peek(ID)) as Decision).toMatchObject({ remaining: method === 'peek' ? 3 : 0 })
  })

  test('takes the cost -0 as 0', async () => {
    const decision = await limiter[method](ID, { cost: -0 })
    if (method !== 'isAllowed') expect((decision as Decision).cost).toBe(0)
    expect(store.lists).toEqual([[expect.objectContaining({ cost: 0 })]])
  })

  test('takes options that are all undefined as if there were none', async () => {
    const decision = await limiter[method](ID, { cost: undefined, limit: undefined, signal: undefined })
    expect(method === 'isAllowed' ? decision : (decision as Decision).allowed).toBe(true)
    expect(store.lists).toEqual([[{ key: expect.any(String), cost: method === 'peek' ? 0 : 1, times: 1, limits: [5] }]])
  })
})

describe('reset', () => {
  test('refuses bad ids and options', async () => {
    await refused(limiter.reset(5 as never), 'id', 'a value of type number')
    await refused(limiter.reset(''), 'id', 'an empty one')
    await refused(limiter.reset('secret\ud800'), 'id', 'a string with a lone surrogate')
    await refused(limiter.reset(ID, { cost: 1 } as never), 'options', 'received the unknown "cost"')
    await refused(limiter.reset(ID, { signal: {} as AbortSignal }), 'signal', 'received an object')
  })

  test.each(NO_OPTIONS)('refuses %s in place of options', async (_, options, shown) => {
    await refused(limiter.reset(ID, options as never), 'options', `received ${shown}`)
  })
})

describe('refund', () => {
  const forged = {
    allowed: true,
    id: ID,
    cost: 1,
    limit: 5,
    remaining: 4,
    resetAt: T0,
    resetAfterMs: 1,
    retryAfterMs: 0,
    windows: [],
  }

  test('refuses what is no decision of this limiter', async () => {
    await refused(limiter.refund(undefined as never), 'decision', 'received undefined')
    await refused(limiter.refund(null as never), 'decision', 'received null')
    await refused(limiter.refund(ID as never), 'decision', '')
    await refused(limiter.refund({ ...forged, source: 'store' } as Decision), 'decision', 'received an object')
  })

  test('refuses bad options', async () => {
    const decision = { ...forged, source: 'store' } as Decision
    await refused(limiter.refund(decision, { limit: 1 } as never), 'options', 'received the unknown "limit"')
  })

  test.each(NO_OPTIONS)('refuses %s in place of options', async (_, options, shown) => {
    const error = await rejection(limiter.refund(await limiter.limit(ID), options as never))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'options', message: expect.stringMatching(`received ${shown}$`) })
    expect(store.refunds).toEqual([])
  })

  test.each([...NO_COUNTS, [4, '4'] as const])(
    'refuses the cost %s for a decision that took 3',
    async (cost, shown) => {
      const decision = await limiter.limit(ID, { cost: 3 })
      const error = await rejection(limiter.refund(decision, { cost: cost as number }))
      expect(error).toBeInstanceOf(OptionError)
      expect(error).toMatchObject({ option: 'cost', message: `cost must be an integer from 0 to 3, received ${shown}` })
      expect(store.refunds).toEqual([])
      expect(await limiter.refund(decision)).toBe(true)
    },
  )
})
