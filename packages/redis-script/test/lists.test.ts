import type { Operation, Take } from '@rl/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Adapter, adjustOf, clearOf, END, keyOf, LONG, takeOf, window } from './support.ts'

const MAX = Number.MAX_SAFE_INTEGER
const E = 'e1099511627776'
const F = 'f1099511627776'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())
beforeEach(async () => {
  await adapter.redis.flushall()
  adapter.sent = []
})

describe('how often a cost fits is exact near 2^53', () => {
  test.each<[string, { limit: number; before: number; cost: number; times: number }, { taken: number; used: number }]>([
    ['thirds', { limit: MAX, before: 0, cost: 3, times: MAX }, { taken: 3_002_399_751_580_330, used: MAX - 1 }],
    ['halves', { limit: MAX, before: 0, cost: 2, times: MAX }, { taken: 4_503_599_627_370_495, used: MAX - 1 }],
    ['ones', { limit: MAX, before: 0, cost: 1, times: MAX }, { taken: MAX, used: MAX }],
    ['the whole', { limit: MAX, before: 0, cost: MAX, times: MAX }, { taken: 1, used: MAX }],
    ['all but one', { limit: MAX, before: 1, cost: MAX - 1, times: 2 }, { taken: 1, used: MAX }],
    ['one too many', { limit: MAX, before: 2, cost: MAX - 1, times: 2 }, { taken: 0, used: 2 }],
    ['the last one', { limit: MAX, before: MAX - 1, cost: 1, times: 5 }, { taken: 1, used: MAX }],
    ['none left', { limit: MAX, before: MAX, cost: 1, times: MAX }, { taken: 0, used: MAX }],
    ['nothing of a full one', { limit: MAX, before: MAX, cost: 0, times: MAX }, { taken: MAX, used: MAX }],
    ['more used than the limit', { limit: 5, before: MAX, cost: 0, times: 3 }, { taken: 0, used: MAX }],
    [
      'fewer times than would fit',
      { limit: MAX, before: 0, cost: 3, times: 3_002_399_751_580_329 },
      {
        taken: 3_002_399_751_580_329,
        used: MAX - 4,
      },
    ],
  ])('%s', async (_, { limit, before, cost, times }, { taken, used }) => {
    const [take, hit] = [window(limit), window(limit, 'first-hit')]
    for (const [id, windows] of Object.entries({ a: [take], b: [hit], c: [take, hit], d: [hit, take] })) {
      const ends = windows.map(({ anchor }) => `${anchor === 'epoch' ? E : F}=${END}`).join(';')
      if (before > 0) await adapter.redis.set(keyOf(id), `1;${ends} ${windows.map(() => before).join()}`, 'PXAT', END)
      const [reply] = await adapter.take(takeOf(id, windows, cost, times), takeOf(`${id}2`, windows))
      expect(reply).toMatchObject({ timesTaken: taken, windows: windows.map(() => ({ used })) })
      const value = await adapter.redis.get(keyOf(id))
      expect(value?.replace(/^.* /, '')).toBe(used === 0 ? undefined : windows.map(() => used).join())
      expect(await adapter.take(takeOf(id, [window(MAX)], 0))).toMatchObject([
        { windows: [{ used: windows.includes(take) ? used : 0 }] },
      ])
    }
  })

  test('as BigInt counts it, for thousands of odd numbers', async () => {
    let state = 1
    const random = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state / 2 ** 32
    }
    /** Of any magnitude, often next to a power of two or to the top. */
    const odd = (): number => {
      const exact = Math.floor(2 ** (random() * 53))
      const near = [exact, exact - 1, 2 ** Math.floor(random() * 53), MAX - Math.floor(random() * 4)]
      return Math.max(0, Math.min(MAX, near[Math.floor(random() * 4)] ?? 0))
    }
    const cases = Array.from({ length: 3000 }, (_, i) => {
      const limit = odd()
      return { key: `k${i}`, limit, before: Math.min(odd(), limit), cost: odd(), times: Math.max(1, odd()) }
    })
    const filled = cases.filter(({ before }) => before > 0)
    await adapter.take(...filled.map(({ key, before }) => takeOf(key, [window(MAX)], before)))
    const replies = await adapter.take(...cases.map((c) => takeOf(c.key, [window(c.limit)], c.cost, c.times)))
    let shared = 0
    for (const [i, { limit, before, cost, times }] of cases.entries()) {
      const fit = cost === 0 ? BigInt(times) : (BigInt(limit) - BigInt(before)) / BigInt(cost)
      const taken = fit < BigInt(times) ? fit : BigInt(times)
      if (taken > 1n) shared++
      const expected = { taken: Number(taken), used: Number(BigInt(before) + taken * BigInt(cost)) }
      expect({ taken: replies[i]?.timesTaken, used: replies[i]?.windows[0]?.used }).toEqual(expected)
    }
    expect(shared).toBeGreaterThan(300)
  })

  test('so are the longest windows, and the largest adjustments', async () => {
    const longest = window(MAX, 'first-hit', MAX)
    expect(await adapter.take(takeOf('a', [longest], MAX))).toMatchObject([{ windows: [{ used: MAX, resetAt: MAX }] }])
    expect(await adapter.apply(adjustOf('a', longest, -MAX, MAX))).toMatchObject([
      { windows: [{ applied: -MAX, used: 0 }] },
    ])
    expect(await adapter.apply(adjustOf('a', longest, MAX, MAX))).toMatchObject([
      { windows: [{ applied: MAX, used: MAX }] },
    ])
    const epoch = window(MAX, 'epoch', MAX)
    expect(await adapter.take(takeOf('b', [epoch], 1))).toMatchObject([{ windows: [{ used: 1, resetAt: MAX }] }])
  })

  test('of several windows, the tightest decides', async () => {
    const windows = [window(MAX), window(100, 'first-hit'), window(7, 'epoch', LONG / 2)]
    expect(await adapter.take(takeOf('a', windows, 3, MAX))).toMatchObject([
      { timesTaken: 2, windows: [{ used: 6 }, { used: 6 }, { used: 6 }] },
    ])
  })
})

describe('a list', () => {
  test('is applied in order: takes of one counter see what those before them wrote', async () => {
    const both = [window(10), window(8, 'first-hit')]
    const replies = await adapter.take(
      takeOf('a', [window(10)], 3),
      takeOf('b', [window(10)], 9),
      takeOf('a', [window(10)], 3),
      takeOf('a', [window(10)], 5),
      takeOf('a', both, 2),
      takeOf('a', [window(10)], 0),
      takeOf('b', [window(10)], 1, 5),
      takeOf('a', both, 1, 9),
      takeOf('a', [window(8, 'first-hit')], 1, 9),
      takeOf('a', [window(12)], 1, 9),
    )
    expect(replies.map(({ timesTaken, windows }) => [timesTaken, ...windows.map(({ used }) => used)])).toEqual([
      [1, 3],
      [1, 9],
      [1, 6],
      [0, 6],
      [1, 8, 2],
      [1, 8],
      [1, 10],
      [2, 10, 4],
      [4, 8],
      [2, 12],
    ])
    expect(await adapter.redis.get(keyOf('a'))).toMatch(/ 12,8$/)
    expect(adapter.sent).toHaveLength(1)
  })

  test('sees them also where a count grows by digits, or its window was over before', async () => {
    await adapter.redis.set(keyOf('a'), `1;${E}=${END - LONG} 77`, 'PXAT', END)
    const costs = [9, 1, 89, 1, 900, 8999, 1]
    const replies = await adapter.take(...costs.map((cost) => takeOf('a', [window(10_000)], cost)))
    expect(replies.map((reply) => reply.windows[0]?.used)).toEqual([9, 10, 99, 100, 1000, 9999, 10_000])
    expect(await adapter.redis.get(keyOf('a'))).toBe(`1;${E}=${END} 10000`)
  })

  test('sees them also where the clock was turned back', async () => {
    const late = END + LONG
    await adapter.redis.set(keyOf('a'), `1;${E}=${late} 5`, 'PXAT', late)
    const costs = [9, 1, 0, 1, 9]
    const replies = await adapter.take(...costs.map((cost) => takeOf('a', [window(10)], cost)))
    expect(replies.map(({ timesTaken, windows: [state] }) => [timesTaken, state?.used, state?.resetAt])).toEqual([
      [0, 5, END],
      [1, 6, END],
      [1, 6, END],
      [1, 7, END],
      [0, 7, END],
    ])
    expect(await adapter.redis.get(keyOf('a'))).toBe(`1;${E}=${END} 7`)
  })

  test('shows each operation what those before it did, whatever their kind', async () => {
    const one = window(10)
    const list: Operation[] = [
      takeOf('a', [one], 5),
      adjustOf('a', one, -2),
      takeOf('a', [one], 0),
      clearOf('a', one),
      takeOf('a', [one, window(10, 'first-hit')], 4),
      takeOf('a', [one]),
      clearOf('a', window(1, 'first-hit')),
      adjustOf('a', one, 3, END, 1),
      takeOf('a', [one], 3),
      takeOf('a', [one], 2),
    ]
    const replies = await adapter.apply(...list)
    expect(replies).toMatchObject([
      { windows: [{ used: 5 }] },
      { windows: [{ applied: -2, used: 3 }] },
      { windows: [{ used: 3 }] },
      {},
      {
        windows: [
          { used: 4, generation: 1 },
          { used: 4, generation: 0 },
        ],
      },
      { windows: [{ used: 5, generation: 1 }] },
      {},
      { windows: [{ applied: 3, used: 8 }] },
      { timesTaken: 0, windows: [{ used: 8 }] },
      { timesTaken: 1, windows: [{ used: 10 }] },
    ])
    expect(await adapter.redis.get(keyOf('a'))).toBe(`1;${E}=${END} 10:1`)
    expect(adapter.sent).toHaveLength(1)
  })

  test('shows a take what a first take of its identifier created, also one that failed later', async () => {
    const list = [1, 2, 3].flatMap((cost) => [takeOf('a', [window(6)], cost), takeOf('b', [window(6)], cost)])
    const replies = await adapter.take(...list, takeOf('a', [window(6)]))
    expect(replies.map(({ timesTaken, windows: [state] }) => [timesTaken, state?.used])).toEqual([
      [1, 1],
      [1, 1],
      [1, 3],
      [1, 3],
      [1, 6],
      [1, 6],
      [0, 6],
    ])
  })

  test('has different costs for takes of the same windows', async () => {
    const windows = [window(100), window(100, 'first-hit')]
    const list = Array.from({ length: 40 }, (_, i) => takeOf(`u${i % 30}`, windows, [i, (i * 7) % 11]))
    const replies = await adapter.take(...list)
    expect(replies.map(({ windows: [one, two] }) => [one?.used, two?.used])).toEqual(
      list.map((_, i) => (i < 30 ? [i, (i * 7) % 11] : [i + i - 30, ((i * 7) % 11) + (((i - 30) * 7) % 11)])),
    )
    const single = Array.from({ length: 40 }, (_, i) => takeOf(`v${i % 30}`, [windows[0] ?? window(1)], i))
    expect((await adapter.take(...single)).map(({ windows: [one] }) => one?.used)).toEqual(
      single.map((_, i) => (i < 30 ? i : i + i - 30)),
    )
  })

  test('mixes windows of many limiters, each described once', async () => {
    const sets = Array.from({ length: 5 }, (_, i) => [window(10 + i, i % 2 ? 'first-hit' : 'epoch', LONG + i)])
    sets.push([window(10), window(9, 'first-hit')], [window(9, 'first-hit'), window(8)])
    const list = Array.from({ length: 70 }, (_, i) => takeOf(`u${i}`, sets[i % 7] ?? [], 2))
    for (const used of [2, 4, 6]) {
      const replies = await adapter.take(...list)
      expect(replies.map(({ windows }) => windows.map((state) => state.used))).toEqual(
        list.map(({ costs }) => costs.map(() => used)),
      )
    }
  })

  test('has one clock for all of it', async () => {
    const replies = await adapter.take(
      ...Array.from({ length: 500 }, (_, i) => takeOf(`u${i}`, [window(5, 'first-hit')])),
    )
    expect(new Set(replies.map((reply) => reply.now)).size).toBe(1)
    expect(new Set(replies.map((reply) => reply.windows[0]?.resetAt)).size).toBe(1)
  })

  test.each([
    [512, 1, 1],
    [513, 1, 2],
    [1300, 1, 3],
    [256, 2, 1],
    [257, 2, 2],
    [400, 3, 3],
    [2, 600, 2],
  ])('of %d takes with %d windows each travels as %d commands, in order', async (count, windowCount, commands) => {
    await adapter.take(takeOf('warm-up', [window(1)]))
    adapter.sent = []
    const windows = Array.from({ length: windowCount }, (_, i) => window(1000, 'epoch', LONG + i))
    // One identifier comes again and again, across the borders of the commands.
    const takes: Take[] = Array.from({ length: count }, (_, i) => takeOf(i % 3 === 0 ? 'hot' : `u${i}`, windows))
    const replies = await adapter.take(...takes)
    expect(adapter.sent).toEqual(Array(commands).fill('evalsha'))
    expect(replies.map((reply) => reply.windows[windowCount - 1]?.used)).toEqual(
      takes.map(({ id }, i) => (id === 'hot' ? i / 3 + 1 : 1)),
    )
  })
})
