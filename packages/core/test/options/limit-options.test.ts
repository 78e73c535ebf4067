import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Decision, FixedWindowRateLimiter, type LimitOptions, OptionError } from '../../src/index.ts'
import { FakeStore, T0 } from '../support/fake-store.ts'
import { everythingIn, rejection, turns } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

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
  [{ valueOf: () => 5 }, 'a plain object'],
]

/** Objects without own options: ignored, each would be a cost or a limit that is not applied. */
const NO_OPTIONS: [kind: string, value: unknown, shown: string][] = [
  ['null', null, 'null'],
  ['a number', 3, '3'],
  ['a bigint', 3n, '3n'],
  ['a boolean', true, 'true'],
  ['a symbol', Symbol('3'), 'a symbol'],
  ['a string', '3', 'a string'],
  ['an array', [], 'an array'],
  ['a function', () => ({ cost: 3 }), 'a function'],
  ['a Date', new Date(3), 'an instance of Date'],
  ['a Map', new Map([['cost', 3]]), 'an instance of Map'],
  ['a boxed number', new Number(3), 'an instance of Number'],
  ['a promise', Promise.resolve({ cost: 3 }), 'a promise (await it first)'],
  ['an AbortSignal', new AbortController().signal, 'an instance of AbortSignal'],
  [
    'an object whose class has the options as getters',
    new (class {
      get cost() {
        return 3
      }
    })(),
    'an object of a class',
  ],
  ['an object that inherits the options', Object.create({ cost: 3 }), 'an instance of Object'],
  ['another realm’s Map', runInNewContext("new Map([['cost', 3]])"), 'an instance of Map'],
]

const changes = () => store.operations.filter(({ kind }) => kind === 'adjust')

const HALF_A_SIGNAL = { aborted: false, addEventListener: () => undefined }

let store: FakeStore
let limiter: FixedWindowRateLimiter
let several: FixedWindowRateLimiter

beforeEach(() => {
  store = new FakeStore()
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
  expect(store.commands).toEqual([])
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
    ['a lone high surrogate', 'secret\ud83d', 'one with a lone surrogate'],
    ['a lone low surrogate', '\ude00secret', 'one with a lone surrogate'],
    ['surrogates in the wrong order', 'secret\ude00\ud83d', 'one with a lone surrogate'],
    ['a long id with a lone surrogate', `${'secret'.repeat(40)}\ud83d`, 'one with a lone surrogate'],
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
    [{ 0: 5, 1: 5, length: 2 }, 'a plain object'],
  ])('refuses %j as the limits of two windows', async (limit, shown) => {
    await refused(several[method](ID, { limit } as LimitOptions), 'limit', `received ${shown}`)
  })

  test.each<[unknown, string]>([
    [null, 'null'],
    [true, 'true'],
    [{}, 'a plain object without the method addEventListener'],
    [new AbortController(), 'an instance of AbortController without the method addEventListener'],
    [{ aborted: false }, 'a plain object without the method addEventListener'],
    [HALF_A_SIGNAL, 'a plain object without the method removeEventListener'],
    [{ ...HALF_A_SIGNAL, throwIfAborted: () => undefined }, 'a plain object without the method removeEventListener'],
    [{ ...HALF_A_SIGNAL, removeEventListener: () => undefined }, 'a plain object without the method throwIfAborted'],
    [() => undefined, 'a function without the method addEventListener'],
  ])('refuses %j as a signal', async (signal, shown) => {
    await refused(limiter[method](ID, { signal } as LimitOptions), 'signal', `received ${shown}`)
  })

  test('refuses an option it does not know', async () => {
    await refused(limiter[method](ID, { costs: 2 } as LimitOptions), 'options', 'received the unknown option "costs"')
    await refused(limiter[method](ID, { window: 5 } as LimitOptions), 'options', 'received the unknown option "window"')
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
    expect(store.sent.flat()).toEqual([expect.stringMatching(/ 1x0$/)])
  })

  test('takes options that are all undefined as if there were none', async () => {
    const decision = await limiter[method](ID, { cost: undefined, limit: undefined, signal: undefined })
    expect(method === 'isAllowed' ? decision : (decision as Decision).allowed).toBe(true)
    expect(store.sent).toEqual([[`${ID} 1x${method === 'peek' ? 0 : 1}`]])
  })
})

describe('reset', () => {
  test('refuses bad ids and options', async () => {
    await refused(limiter.reset(5 as never), 'id', 'a value of type number')
    await refused(limiter.reset(''), 'id', 'an empty one')
    await refused(limiter.reset('secret\ud800'), 'id', 'one with a lone surrogate')
    await refused(limiter.reset(ID, { cost: 1 } as never), 'options', 'received the unknown option "cost"')
    await refused(limiter.reset(ID, { signal: {} as AbortSignal }), 'signal', 'without the method addEventListener')
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
    await refused(limiter.refund({ ...forged, source: 'store' } as Decision), 'decision', 'received a plain object')
  })

  test('refuses bad options', async () => {
    const decision = { ...forged, source: 'store' } as Decision
    await refused(limiter.refund(decision, { limit: 1 } as never), 'options', 'received the unknown option "limit"')
  })

  test.each(NO_OPTIONS)('refuses %s in place of options', async (_, options, shown) => {
    const error = await rejection(limiter.refund(await limiter.limit(ID), options as never))
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option: 'options', message: expect.stringContaining(`received ${shown}`) })
    expect(changes()).toEqual([])
  })

  test.each([...NO_COUNTS, [4, '4'] as const])(
    'refuses the cost %s for a decision that took 3',
    async (cost, shown) => {
      const decision = await limiter.limit(ID, { cost: 3 })
      const error = await rejection(limiter.refund(decision, { cost: cost as number }))
      expect(error).toBeInstanceOf(OptionError)
      const most = cost === 4 ? '3' : '2^53-1'
      const message = `cost must be an integer from 0 to ${most}, received ${shown}`
      expect(error).toMatchObject({ option: 'cost', message })
      expect(changes()).toEqual([])
      expect(await limiter.refund(decision)).toBe(true)
    },
  )
})

describe('windows with units', () => {
  const windows = [
    { unit: 'requests', limit: 5, window: '1m' },
    { unit: 'tokens', limit: 100, window: '1m' },
    { unit: 'tokens', limit: 1000, window: '1h' },
  ]
  let metered: FixedWindowRateLimiter
  const expected = 'cost must be an object that names each unit: { requests: …, tokens: … }'

  beforeEach(() => {
    metered = limiterOn(store, { windows })
  })

  test.each<[unknown, string]>([
    [1, `${expected}, received 1`],
    [0, `${expected}, received 0`],
    [{}, 'cost.requests must be an integer from 0 to 2^53-1, received undefined'],
    [{ requests: 1 }, 'cost.tokens must be an integer from 0 to 2^53-1, received undefined'],
    [{ requests: 1, tokens: undefined }, 'cost.tokens must be an integer from 0 to 2^53-1, received undefined'],
    [[1, 2], 'cost must be a plain object, received an array'],
    [new Map([['requests', 1]]), 'cost must be a plain object, received an instance of Map'],
    [Object.create({ requests: 1, tokens: 1 }), 'cost must be a plain object, received an instance of Object'],
    ['1', `${expected}, received "1"`],
    [null, `${expected}, received null`],
    [{ requests: 1, tokens: -1 }, 'cost.tokens must be an integer from 0 to 2^53-1, received -1'],
    [{ requests: 1.5, tokens: 1 }, 'cost.requests must be an integer from 0 to 2^53-1, received 1.5'],
    [{ requests: 1, tokens: '1' }, 'cost.tokens must be an integer from 0 to 2^53-1, received "1"'],
    [
      { requests: 1, token: 1 },
      'cost must be made of requests, tokens (did you mean tokens?), received the unknown option "token"',
    ],
  ])('refuse the cost %o', async (cost, message) => {
    for (const method of METHODS) {
      const error = await rejection(metered[method](ID, { cost: cost as never }))
      expect(error).toBeInstanceOf(OptionError)
      expect((error as OptionError).message).toBe(message)
    }
    expect(store.commands).toEqual([])
  })

  test('have no default cost, but for a peek, which asks 0 of each', async () => {
    const error = await rejection(metered.limit(ID))
    expect(error).toMatchObject({ option: 'cost' })
    expect((error as OptionError).message).toBe(`${expected}, received undefined`)
    expect(await metered.peek(ID)).toMatchObject({ allowed: true, cost: { requests: 0, tokens: 0 } })
  })

  test('take the cost of each unit from all of its windows', async () => {
    expect(await metered.limit(ID, { cost: { tokens: 30, requests: 1 } })).toMatchObject({
      allowed: true,
      cost: { tokens: 30, requests: 1 },
      windows: [
        { unit: 'requests', cost: 1, remaining: 4 },
        { unit: 'tokens', cost: 30, remaining: 70 },
        { unit: 'tokens', cost: 30, remaining: 970 },
      ],
    })
    expect(store.takes.map(({ costs }) => costs)).toEqual([[1, 30, 30]])
  })

  test('of one unit take a number as well, and 1 by default', async () => {
    const tokens = limiterOn(store, { windows: windows.slice(1) })
    await tokens.limit(ID)
    await tokens.limit(ID, { cost: 5 })
    await tokens.limit(ID, { cost: { tokens: 7 } })
    expect(store.takes.map(({ costs }) => costs)).toEqual([
      [1, 1],
      [5, 5],
      [7, 7],
    ])
  })

  test('a cost by unit is refused where windows name none', async () => {
    await refused(limiter.limit(ID, { cost: { tokens: 1 } }), 'cost', 'received a plain object')
  })
})
