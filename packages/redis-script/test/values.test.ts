import { StoreError, type TakeReply, type Window } from '@rl/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parseValue } from '../src/index.ts'
import { Adapter, adjustOf, clearOf, END, expiryOf, keyOf, LONG, takeOf, window } from './support.ts'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())
beforeEach(() => adapter.redis.flushall())

const EPOCH = window(10)
const HIT = window(10, 'first-hit')
const SMALL = window(10, 'epoch', LONG / 2)
const E = 'e1099511627776'
const F = 'f1099511627776'
const S = 'e549755813888'

const get = (id: string) => adapter.redis.get(keyOf(id))
const expiry = (id: string) => expiryOf(adapter.redis, keyOf(id))
const set = (id: string, value: string, end = END) => adapter.redis.set(keyOf(id), value, 'PXAT', end)

/** The ways to meet a counter: taking from it, being denied, looking. */
const MEETINGS: [how: string, cost: number, timesTaken: number][] = [
  ['an admission', 1, 1],
  ['a denial', 9, 0],
  ['a read', 0, 1],
]

/** Alone, and in a list: the script has a way for each. */
const WAYS: [way: string, others: number][] = [
  ['alone', 0],
  ['in a list', 2],
]

describe.each(WAYS)('a take %s', (_, others) => {
  const take = async (id: string, windows: readonly Window[], cost = 1, times = 1) => {
    const list = [takeOf(id, windows, cost, times)]
    for (let i = 0; i < others; i++) list.push(takeOf(`other${i}`, windows, cost, times))
    return (await adapter.store.apply(list))[0] as TakeReply | Error
  }

  test('creates a value with end and count, which expires at the end', async () => {
    expect(await take('a', [EPOCH], 3)).toMatchObject({ timesTaken: 1, windows: [{ used: 3, resetAt: END }] })
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 3`, END])
    await take('a', [EPOCH], 4)
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 7`, END])
    await take('a', [EPOCH], 3)
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 10`, END])
  })

  test('of a first-hit window keeps the end that its first unit gave it', async () => {
    const first = (await take('a', [HIT])) as TakeReply
    const end = first.windows[0]?.resetAt ?? 0
    expect(end).toBe(first.now + LONG)
    expect([await get('a'), await expiry('a')]).toEqual([`1;${F}=${end} 1`, end])
    expect(await take('a', [HIT])).toMatchObject({ windows: [{ used: 2, resetAt: end }] })
    expect([await get('a'), await expiry('a')]).toEqual([`1;${F}=${end} 2`, end])
    await take('a', [HIT], 8)
    expect(await take('a', [HIT])).toMatchObject({ timesTaken: 0, windows: [{ used: 10, resetAt: end }] })
  })

  test('of several windows keeps them in one value, which expires with the last', async () => {
    const { windows } = (await take('a', [SMALL, HIT, EPOCH], 4)) as TakeReply
    const [small, end] = windows.map(({ resetAt }) => resetAt)
    expect([await get('a'), await expiry('a')]).toEqual([`1;${S}=${small};${F}=${end};${E}=${END} 4,4,4`, end])
    await take('a', [SMALL, HIT, EPOCH], 5)
    expect([await get('a'), await expiry('a')]).toEqual([`1;${S}=${small};${F}=${end};${E}=${END} 9,9,9`, end])
    expect(await take('a', [SMALL, HIT, EPOCH], 2)).toMatchObject({
      timesTaken: 0,
      windows: [
        { used: 9, resetAt: small },
        { used: 9, resetAt: end },
        { used: 9, resetAt: END },
      ],
    })
  })

  // Lua's patterns have 32 captures.
  test.each([
    ['epoch', 16],
    ['epoch', 17],
    ['epoch', 33],
    ['first-hit', 16],
    ['first-hit', 17],
    ['first-hit', 33],
  ] as const)('of %s windows: %i', async (anchor, count) => {
    const many = Array.from({ length: count }, (_, i) => window(10, anchor, LONG - i * 1000))
    for (const used of [4, 8]) {
      expect(await take('a', many, 4)).toMatchObject({ timesTaken: 1, windows: many.map(() => ({ used })) })
    }
    expect(await take('a', many, 4)).toMatchObject({ timesTaken: 0, windows: many.map(() => ({ used: 8 })) })
  })

  test('keeps windows that it does not name, in any order, until they end', async () => {
    await take('a', [EPOCH, SMALL], 2)
    await take('a', [HIT], 3)
    await take('a', [SMALL, HIT], 1)
    const { counters = [] } = parseValue((await get('a')) ?? '') ?? {}
    expect(Object.fromEntries(counters.map(({ name, used }) => [name, used]))).toEqual({ [S]: 3, [F]: 4, [E]: 2 })
    expect(await expiry('a')).toBeGreaterThan(END - 1)
  })

  test('drops windows that ended, and renews its own', async () => {
    await set('a', `1;e5000=1000;${E}=${END};e7=2000 9,5,9`)
    expect(await take('a', [EPOCH, SMALL])).toMatchObject({ timesTaken: 1, windows: [{ used: 6 }, { used: 1 }] })
    expect(await get('a')).toMatch(new RegExp(`^1;${E}=${END};${S}=\\d+ 6,1$`))
    await set('a', `1;${E}=${END};${S}=1000 5,9`)
    expect(await take('a', [EPOCH, SMALL])).toMatchObject({ timesTaken: 1, windows: [{ used: 6 }, { used: 1 }] })
    expect(await get('a')).toMatch(new RegExp(`^1;${E}=${END};${S}=\\d+ 6,1$`))
  })

  test('keeps generation and fields that it does not know', async () => {
    await set('a', `1;${E}=${END} 5:2:x:y`)
    expect(await take('a', [EPOCH], 2)).toMatchObject({ windows: [{ used: 7, generation: 2 }] })
    expect(await get('a')).toBe(`1;${E}=${END} 7:2:x:y`)
    await set('a', `1;${E}=${END};${F}=${END} 5:0:x,3:1`)
    expect(await take('a', [EPOCH], 2)).toMatchObject({ windows: [{ used: 7, generation: 0 }] })
    expect(await get('a')).toBe(`1;${E}=${END};${F}=${END} 7:0:x,3:1`)
  })

  test.each(MEETINGS)('counts a window that is over as 0, though it is still there: %s', async (_, cost) => {
    for (const [end, used] of [
      [END - LONG, 5],
      [1000, 5],
      [0, 5],
      [END - LONG, 2 ** 53 - 1],
    ]) {
      await set('a', `1;${E}=${end} ${used}`)
      expect(await take('a', [EPOCH], cost)).toMatchObject({ timesTaken: 1, windows: [{ used: cost, resetAt: END }] })
      if (cost > 0) expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} ${cost}`, END])
      await set('a', `1;${F}=${end === END - LONG ? 1_700_000_000_000 : end} ${used}`)
      const hit = (await take('a', [HIT], cost)) as TakeReply
      expect(hit).toMatchObject({ timesTaken: 1, windows: [{ used: cost, resetAt: hit.now + LONG }] })
    }
  })

  test.each([1, 100, 7])('of cost %i heals a lost expiry within 64 takes', async (cost) => {
    const windows = [window(1e9), window(1e9, 'first-hit')]
    for (const [own, value] of [
      [windows.slice(0, 1), `1;${E}=${END} 100000`],
      [windows.slice(1), `1;${F}=${END} 100000`],
      [windows, `1;${E}=${END};${F}=${END} 100000,100000`],
    ] as const) {
      // Counts of as many digits throughout: one that gets longer is written with its expiry.
      await adapter.redis.set(keyOf('a'), value)
      for (let i = 0; i < 64; i++) await take('a', own, cost)
      expect(await expiry('a')).toBe(END)
      expect(await get('a')).toBe(value.replaceAll('100000', `${100_000 + 64 * cost}`))
    }
  })

  test('that is denied, or costs nothing, heals a lost expiry before long', async () => {
    for (const cost of [0, 1]) {
      await set('a', `1;${E}=${END} 10`)
      await adapter.redis.persist(keyOf('a'))
      // By chance, about every 64th time.
      while ((await expiry('a')) !== END) await take('a', [EPOCH], cost)
      expect(await get('a')).toBe(`1;${E}=${END} 10`)
    }
  })

  test('that is one of 64 in a row heals a lost expiry, also if all are denied', async () => {
    for (const cost of [0, 1]) {
      await set('a', `1;${E}=${END} 10`)
      await adapter.redis.persist(keyOf('a'))
      await adapter.take(...Array.from({ length: 64 }, () => takeOf('a', [EPOCH], cost)))
      expect(await expiry('a')).toBe(END)
      expect(await get('a')).toBe(`1;${E}=${END} 10`)
    }
  })

  test('leaves an expiry alone that is early', async () => {
    await take('a', [EPOCH], 5)
    await adapter.redis.pexpireat(keyOf('a'), END - LONG / 4)
    await take('a', [EPOCH])
    for (let i = 0; i < 300; i++) await take('a', [EPOCH], 9)
    expect(await expiry('a')).toBe(END - LONG / 4)
  })

  test.each(MEETINGS)(
    'heals an end that is too late, as after the clock was turned back: %s',
    async (_, cost, timesTaken) => {
      const late = END + 3 * LONG
      const used = 5 + cost * timesTaken
      await set('a', `1;${E}=${late} 5`, late)
      expect(await take('a', [EPOCH], cost)).toMatchObject({ timesTaken, windows: [{ used, resetAt: END }] })
      expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} ${used}`, END])

      await set('a', `1;${F}=${late} 5`, late)
      const hit = (await take('a', [HIT], cost)) as TakeReply
      const end = hit.now + LONG
      expect(hit).toMatchObject({ timesTaken, windows: [{ used, resetAt: end }] })
      expect([await get('a'), await expiry('a')]).toEqual([`1;${F}=${end} ${used}`, end])
    },
  )

  test('tells an end within the window as it is', async () => {
    await set('a', `1;${E}=${END - 5} 5`)
    expect(await take('a', [EPOCH])).toMatchObject({ windows: [{ used: 6, resetAt: END - 5 }] })
    expect(await get('a')).toBe(`1;${E}=${END - 5} 6`)
    await set('a', `1;${E}=${END - 5};${S}=${END} 5,5`)
    expect(await take('a', [EPOCH, SMALL])).toMatchObject({ windows: [{ used: 6, resetAt: END - 5 }, { used: 6 }] })
  })

  test('writes counts right that get longer, and those with zeros before them', async () => {
    const big = window(1e6)
    await set('a', `1;${E}=${END} 007`)
    expect(await take('a', [big], 2)).toMatchObject({ windows: [{ used: 9 }] })
    await set('b', `1;${E}=${END};${F}=${END} 007,1`)
    expect(await take('b', [big, HIT], 1)).toMatchObject({ windows: [{ used: 8 }, { used: 2 }] })
    expect(await get('b')).toBe(`1;${E}=${END};${F}=${END} 8,2`)
    for (const [cost, used] of [
      [1, 10],
      [89, 99],
      [1, 100],
      [900, 1000],
      [8999, 9999],
      [1, 10_000],
    ] as const) {
      expect(await take('a', [big], cost)).toMatchObject({ windows: [{ used }] })
      expect(await get('a')).toBe(`1;${E}=${END} ${used}`)
    }
  })

  describe.each(MEETINGS)('that meets what is no counter by %s', (_, cost) => {
    test('fails for itself and changes nothing', async () => {
      for (const value of GARBAGE) {
        await set('a', value)
        const failure = await take('a', [EPOCH], cost)
        if (!(failure instanceof StoreError)) throw new Error(`${JSON.stringify(value)} passed for a counter`)
        expect(failure).toMatchObject({ outcome: 'not-executed', message: 'the counter holds no count' })
        expect([await get('a'), await expiry('a')]).toEqual([value, END])
      }
    })

    test('of another version or another type, too', async () => {
      await set('a', `2;${E}=${END} 5`)
      const message = 'the counter has another layout version'
      expect(await take('a', [EPOCH], cost)).toMatchObject({ name: 'StoreError', outcome: 'not-executed', message })
      await adapter.redis.del(keyOf('a'))
      await adapter.redis.lpush(keyOf('a'), 'x')
      for (const windows of [[EPOCH], [EPOCH, HIT]]) {
        expect(await take('a', windows, cost)).toMatchObject({
          name: 'StoreError',
          outcome: 'not-executed',
          message: 'the counter is of another type',
        })
      }
      expect(await adapter.redis.lrange(keyOf('a'), 0, -1)).toEqual(['x'])
    })

    test('fails only if it names the window whose count is bad', async () => {
      await set('a', `1;${E}=${END};${F}=${END - 1} 5,x`)
      expect(await take('a', [EPOCH, HIT], cost)).toBeInstanceOf(StoreError)
      expect(await get('a')).toBe(`1;${E}=${END};${F}=${END - 1} 5,x`)
      expect(await take('a', [EPOCH], cost)).toMatchObject({ windows: [{ resetAt: END }] })
      expect(await get('a')).toMatch(new RegExp(`^1;${E}=${END};${F}=${END - 1} \\d+,x$`))
    })
  })
})

describe.each([
  ['is right', 0],
  ['is slow', -5 * LONG],
  ['is fast', 5 * LONG],
])('a lone take of several windows of epoch, where the clock of the process %s', (_, offset) => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offset })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  // Other arrays of windows for each test: what was guessed of an array is remembered until a window ends.
  const take = async (cost: number | number[], limits = [10, 10]) => {
    const windows = [window(limits[0] ?? 0, 'epoch', LONG / 2), window(limits[1] ?? 0)]
    const [reply] = await adapter.store.apply([takeOf('a', windows, cost)])
    return reply as TakeReply | Error
  }
  const small = () => END - (Date.now() - offset < END - LONG / 2 ? LONG / 2 : 0)
  const value = (counts: string) => `1;${S}=${small()};${E}=${END} ${counts}`

  test('charges all or none, and reads', async () => {
    expect(await take(0)).toMatchObject({ timesTaken: 1, windows: [{ used: 0 }, { used: 0 }] })
    expect(await take([3, 11])).toMatchObject({ timesTaken: 0, windows: [{ used: 0 }, { used: 0 }] })
    expect(await get('a')).toBeNull()
    expect(await take([3, 0])).toMatchObject({ timesTaken: 1, windows: [{ used: 3, resetAt: small() }, { used: 0 }] })
    expect([await get('a'), await expiry('a')]).toEqual([value('3,0'), END])
    expect(await take([7, 10])).toMatchObject({ timesTaken: 1, windows: [{ used: 10 }, { used: 10, resetAt: END }] })
    expect([await get('a'), await expiry('a')]).toEqual([value('10,10'), END])
    expect(await take([0, 1])).toMatchObject({ timesTaken: 0, windows: [{ used: 10 }, { used: 10 }] })
    expect(await take(0)).toMatchObject({ timesTaken: 1, windows: [{ used: 10 }, { used: 10 }] })
    expect(await take(0, [9, 10])).toMatchObject({ timesTaken: 0, windows: [{ used: 10 }, { used: 10 }] })
    expect([await get('a'), await expiry('a')]).toEqual([value('10,10'), END])
  })

  test('heals a lost expiry within 64 takes', async () => {
    for (const cost of [1, [0, 7]]) {
      await adapter.redis.set(keyOf('a'), value('100000,100000'))
      for (let i = 0; i < 64; i++) await take(cost, [1e9, 1e9])
      expect(await expiry('a')).toBe(END)
    }
  })

  test('leaves an expiry alone that is early', async () => {
    await set('a', value('100000,100001'), END - LONG / 4)
    for (let i = 0; i < 5; i++) await take(0, [1e9, 1e9])
    for (let i = 0; i < 5; i++) await take(2e9, [1e9, 1e9])
    if (offset === 0) await take(1, [1e9, 1e9])
    expect(await expiry('a')).toBe(END - LONG / 4)
  })

  test('fails for what is no count, and keeps what it does not know', async () => {
    for (const counts of ['5', '5,', ',5', '5,5,5', '5,x', '5,,5', '5,5 ', '5 5', '9007199254740992,5', '5,5:']) {
      await set('a', value(counts))
      for (const cost of [0, 1, 9]) {
        expect(await take(cost), counts).toMatchObject({ name: 'StoreError', message: 'the counter holds no count' })
      }
      expect(await get('a')).toBe(value(counts))
    }
    await set('a', value('5:1,5:2:x'))
    expect(await take(2)).toMatchObject({
      windows: [
        { used: 7, generation: 1 },
        { used: 7, generation: 2 },
      ],
    })
    expect(await get('a')).toBe(value('7:1,7:2:x'))
    await adapter.redis.del(keyOf('a'))
    await adapter.redis.lpush(keyOf('a'), 'x')
    expect(await take(1)).toMatchObject({ name: 'StoreError', message: 'the counter is of another type' })
  })
})

const GARBAGE = [
  '',
  ' ',
  '5',
  'abc',
  '1',
  '1;',
  '1; ',
  '1; 5',
  `1;${E}`,
  `1;${E}=${END}`,
  `1;${E}=${END} `,
  `1 ${E}=${END} 5`,
]
for (const count of [
  'x',
  '-1',
  '1.5',
  '1e3',
  ' 1',
  '1 ',
  '1\n',
  '1\0',
  '0x1',
  '5,5',
  ',5',
  '5,',
  '5:',
  '5:x',
  '5:1x',
  '9007199254740992',
  '9'.repeat(400),
]) {
  GARBAGE.push(`1;${E}=${END} ${count}`)
}
for (const ends of [
  'x',
  `${END}x`,
  `-${END}`,
  '',
  `${END};`,
  `${END};;`,
  '9007199254740992',
  `${END};${E}=${END}`,
  `${END};é=5`,
]) {
  GARBAGE.push(`1;${E}=${ends} 5`, `1;${E}=${ends} 5,5`)
}
GARBAGE.push(`${END}:5`, `1;${E}=${END} 5\n1;${E}=${END} 5`, `x1;${E}=${END} 5`)

describe('an adjustment', () => {
  test('keeps value and expiry right, also where the count gets shorter', async () => {
    const big = window(1000)
    await adapter.take(takeOf('a', [big], 100))
    expect(await adapter.apply(adjustOf('a', EPOCH, -91))).toMatchObject([
      { repeated: false, windows: [{ applied: -91, used: 9 }] },
    ])
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 9`, END])
    await adapter.take(takeOf('a', [big]))
    expect(await adapter.apply(adjustOf('a', EPOCH, -50))).toMatchObject([{ windows: [{ applied: -10, used: 0 }] }])
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 0`, END])
    await adapter.take(takeOf('a', [big], 2))
    expect(await get('a')).toBe(`1;${E}=${END} 2`)
    expect(await adapter.apply(adjustOf('a', EPOCH, 5000))).toMatchObject([
      { windows: [{ applied: 5000, used: 5002 }] },
    ])
    expect(await adapter.take(takeOf('a', [big], 0))).toMatchObject([{ timesTaken: 0, windows: [{ used: 5002 }] }])
  })

  test('changes nothing for another end or generation, where nothing is, and of nothing', async () => {
    await adapter.take(takeOf('a', [EPOCH], 4))
    const ended = [{ windows: ['ended'] }]
    expect(await adapter.apply(adjustOf('a', EPOCH, -1, END - LONG))).toMatchObject(ended)
    expect(await adapter.apply(adjustOf('a', EPOCH, -1, END, 1))).toMatchObject(ended)
    expect(await adapter.apply(adjustOf('a', HIT, -1, END))).toMatchObject(ended)
    expect(await adapter.apply(adjustOf('b', EPOCH, -1))).toMatchObject(ended)
    expect(await adapter.apply(adjustOf('a', EPOCH, 0))).toMatchObject([{ windows: [{ applied: 0, used: 4 }] }])
    expect(await get('a')).toBe(`1;${E}=${END} 4`)
    expect(await get('b')).toBeNull()
  })

  test('is all or nothing', async () => {
    const max = Number.MAX_SAFE_INTEGER
    await set('a', `1;${E}=${END};${F}=${END} 5,${max - 1}`)
    const both = (change: number) => ({
      ...adjustOf('a', EPOCH, -2),
      windows: [
        { ...EPOCH, resetAt: END, generation: 0, change: -2 },
        { ...HIT, resetAt: END, generation: 0, change },
      ],
    })
    const message = 'the counter would exceed 2^53-1'
    expect(await adapter.store.apply([both(2)])).toMatchObject([
      { name: 'StoreError', outcome: 'not-executed', message },
    ])
    expect(await get('a')).toBe(`1;${E}=${END};${F}=${END} 5,${max - 1}`)
    expect(await adapter.apply(both(1))).toMatchObject([{ windows: [{ used: 3 }, { applied: 1, used: max }] }])
    await set('a', `1;${E}=${END};${F}=${END} 5,x`)
    expect(await adapter.store.apply([both(1)])).toMatchObject([{ message: 'the counter holds no count' }])
    expect(await get('a')).toBe(`1;${E}=${END};${F}=${END} 5,x`)
  })

  test('fails for what is no counter', async () => {
    for (const value of GARBAGE) {
      await set('a', value)
      expect(await adapter.store.apply([adjustOf('a', EPOCH, -1)])).toMatchObject([{ outcome: 'not-executed' }])
      expect(await get('a')).toBe(value)
    }
    await adapter.redis.del(keyOf('a'))
    await adapter.redis.lpush(keyOf('a'), 'x')
    const message = 'the counter is of another type'
    expect(await adapter.store.apply([adjustOf('a', EPOCH, -1)])).toMatchObject([{ message }])
  })

  describe('with a token', () => {
    const withToken = (change: number, until = END, id = 'tok_-1') => ({
      ...adjustOf('a', EPOCH, change),
      token: { id, until },
    })
    const tokenKey = () => `${keyOf('a')}#tok_-1`

    test('takes effect once; the token lasts until it was told', async () => {
      await adapter.take(takeOf('a', [EPOCH], 9))
      const first = { repeated: false, windows: [{ applied: -2, used: 7 }] }
      const repeat = { repeated: true, windows: [{ applied: -2, used: 7 }] }
      expect(await adapter.apply(withToken(-2, END - 3))).toMatchObject([first])
      expect(await expiryOf(adapter.redis, tokenKey())).toBe(END - 3)
      expect(await adapter.apply(withToken(-2), takeOf('a', [EPOCH]), withToken(5))).toMatchObject([repeat, {}, repeat])
      expect(await get('a')).toBe(`1;${E}=${END} 8`)
      expect(await adapter.apply(withToken(-1, END, 'other'))).toMatchObject([
        { repeated: false, windows: [{ used: 7 }] },
      ])
    })

    test('sees itself in one list, also between others', async () => {
      const list = [takeOf('a', [EPOCH], 9), withToken(-2), takeOf('b', [EPOCH]), withToken(-2), takeOf('a', [EPOCH])]
      expect(await adapter.apply(...list)).toMatchObject([
        { timesTaken: 1 },
        { repeated: false },
        { windows: [{ used: 1 }] },
        { repeated: true },
        { windows: [{ used: 8 }] },
      ])
    })

    test('that is too late fails where a window is open, and is not remembered', async () => {
      await adapter.take(takeOf('a', [EPOCH], 9))
      const message = 'the token has expired'
      expect(await adapter.store.apply([withToken(-2, 1000)])).toMatchObject([{ outcome: 'not-executed', message }])
      expect(await get('a')).toBe(`1;${E}=${END} 9`)
      await adapter.redis.del(keyOf('a'))
      expect(await adapter.apply(withToken(-2, 1000))).toMatchObject([{ repeated: false, windows: ['ended'] }])
      expect(await adapter.apply(withToken(-2))).toMatchObject([{ repeated: false, windows: ['ended'] }])
      expect(await adapter.redis.keys('*')).toEqual([])
    })

    test('fails where its key holds something else', async () => {
      await adapter.take(takeOf('a', [EPOCH], 9))
      await adapter.redis.set(tokenKey(), 'x')
      expect(await adapter.store.apply([withToken(-2)])).toMatchObject([{ message: 'the counter holds no count' }])
      await adapter.redis.del(tokenKey())
      await adapter.redis.lpush(tokenKey(), 'x')
      expect(await adapter.store.apply([withToken(-2)])).toMatchObject([{ message: 'the counter is of another type' }])
      expect(await get('a')).toBe(`1;${E}=${END} 9`)
    })
  })
})

describe('a clear', () => {
  test('leaves an open epoch counter with the next generation, and keeps its end', async () => {
    await adapter.take(takeOf('a', [EPOCH], 4))
    await adapter.apply(clearOf('a', EPOCH))
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 0:1`, END])
    expect(await adapter.take(takeOf('a', [EPOCH]))).toMatchObject([{ windows: [{ used: 1, generation: 1 }] }])
    expect(await adapter.apply(adjustOf('a', EPOCH, -1))).toMatchObject([{ windows: ['ended'] }])
    expect(await adapter.apply(adjustOf('a', EPOCH, -1, END, 1))).toMatchObject([{ windows: [{ used: 0 }] }])
    await adapter.apply(clearOf('a', EPOCH))
    expect(await get('a')).toBe(`1;${E}=${END} 0:2`)
  })

  test('removes a first-hit counter, and no window that it does not name', async () => {
    await adapter.take(takeOf('a', [EPOCH, HIT, SMALL], 4))
    await adapter.apply(clearOf('a', HIT))
    expect(await get('a')).toMatch(new RegExp(`^1;${E}=${END};${S}=\\d+ 4,4$`))
    expect(await expiry('a')).toBe(END)
    await adapter.take(takeOf('b', [HIT]))
    await adapter.apply(clearOf('b', HIT, EPOCH))
    expect(await get('b')).toBeNull()
  })

  test('creates nothing', async () => {
    await adapter.apply(clearOf('a', EPOCH, HIT))
    expect(await adapter.redis.keys('*')).toEqual([])
  })

  test('repairs what can not be read', async () => {
    for (const value of [...GARBAGE, `2;${E}=${END} 5`]) {
      await set('a', value)
      await adapter.apply(clearOf('a', EPOCH))
      expect(await adapter.take(takeOf('a', [EPOCH]))).toMatchObject([{ timesTaken: 1, windows: [{ used: 1 }] }])
    }
    await adapter.redis.del(keyOf('a'))
    await adapter.redis.lpush(keyOf('a'), 'x')
    await adapter.apply(clearOf('a', EPOCH))
    expect(await adapter.take(takeOf('a', [EPOCH]))).toMatchObject([{ timesTaken: 1 }])
  })

  test('of one bad count leaves its neighbours', async () => {
    await set('a', `1;${E}=${END};${F}=${END - 1} 5,x`)
    await adapter.apply(clearOf('a', HIT))
    expect([await get('a'), await expiry('a')]).toEqual([`1;${E}=${END} 5`, END])
    await set('a', `1;${E}=${END};${F}=${END - 1} x,5`)
    await adapter.apply(clearOf('a', EPOCH))
    expect([await get('a'), await expiry('a')]).toEqual([`1;${F}=${END - 1} 5`, END - 1])
  })
})

describe('a calendar window', () => {
  const month = (ends: number[], longestMs = 2 * LONG): Window => ({
    anchor: 'calendar',
    period: 'month',
    timeZone: 'Europe/Berlin',
    limit: 10,
    ends,
    longestMs,
  })
  const M = 'month_Europe~2FBerlin'

  test('ends at the first end after the clock', async () => {
    const ends = [1000, END, END + LONG]
    expect(await adapter.take(takeOf('a', [month(ends)], 3))).toMatchObject([{ windows: [{ used: 3, resetAt: END }] }])
    expect([await get('a'), await expiry('a')]).toEqual([`1;${M}=${END} 3`, END])
    expect(await adapter.take(takeOf('a', [month(ends)], 3))).toMatchObject([{ windows: [{ used: 6, resetAt: END }] }])
    expect(await adapter.take(takeOf('a', [month(ends)], 5))).toMatchObject([
      { timesTaken: 0, windows: [{ used: 6, resetAt: END }] },
    ])
  })

  test('keeps the end that is stored, unless it is later than any period', async () => {
    await adapter.take(takeOf('a', [month([1000, END])], 3))
    const later = month([1000, END + 5, END + LONG])
    expect(await adapter.take(takeOf('a', [later], 3))).toMatchObject([{ windows: [{ used: 6, resetAt: END }] }])
    expect(await get('a')).toBe(`1;${M}=${END} 6`)
    const short = month([1000, END - LONG / 4], 1000)
    expect(await adapter.take(takeOf('a', [short], 1))).toMatchObject([
      { windows: [{ used: 7, resetAt: END - LONG / 4 }] },
    ])
    expect([await get('a'), await expiry('a')]).toEqual([`1;${M}=${END - LONG / 4} 7`, END - LONG / 4])
  })

  test('is not taken from where the clock is outside of its ends', async () => {
    const list = [
      takeOf('a', [EPOCH]),
      ...[
        [1000, 2000],
        [END, END + LONG],
      ].map((ends) => takeOf('a', [EPOCH, month(ends)])),
    ]
    const replies = await adapter.apply(...list, takeOf('a', [EPOCH]))
    const now = replies[0]?.now
    expect(replies).toMatchObject([
      { timesTaken: 1 },
      { outside: true, now },
      { outside: true, now },
      { windows: [{ used: 2 }] },
    ])
    expect(await get('a')).toBe(`1;${E}=${END} 2`)
  })

  test('is left with the next generation by a clear', async () => {
    await adapter.take(takeOf('a', [month([1000, END])], 3))
    await adapter.apply(clearOf('a', month([1000, END])))
    expect(await get('a')).toBe(`1;${M}=${END} 0:1`)
  })
})
