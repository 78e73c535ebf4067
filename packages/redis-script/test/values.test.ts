import { StoreError, type Window } from '@rl/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Adapter, END, keyOf, LONG, takeOf, window } from './support.ts'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())
beforeEach(() => adapter.redis.flushall())

const EPOCH = window(10)
const HIT = window(10, 'first-hit')
const SMALL = window(10, 'epoch', LONG / 2)

const get = (key: string, of: Window = EPOCH) => adapter.redis.get(keyOf(key, of))
const expiry = (key: string, of: Window = EPOCH) => adapter.redis.pexpiretime(keyOf(key, of))

/** The ways to meet a counter: taking from it, being denied, looking. */
const MEETINGS: [how: string, cost: number, taken: number][] = [
  ['an admission', 1, 1],
  ['a denial', 9, 0],
  ['a read', 0, 1],
]

describe('a counter', () => {
  test('of an epoch window holds its end and the units used, and expires at its end', async () => {
    expect(await adapter.take(takeOf('a', [EPOCH], 3))).toMatchObject([
      { taken: 1, windows: [{ used: 3, resetAt: END }] },
    ])
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:3`, END])
    await adapter.take(takeOf('a', [EPOCH], 7))
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:10`, END])
  })

  test('of a first-hit window does too, and keeps the end that its first unit gave it', async () => {
    const [first] = await adapter.take(takeOf('a', [HIT]))
    const end = first?.windows[0]?.resetAt ?? 0
    expect(end).toBe((first?.now ?? 0) + LONG)
    expect([await get('a', HIT), await expiry('a', HIT)]).toEqual([`${end}:1`, end])
    expect(await adapter.take(takeOf('a', [HIT]))).toMatchObject([{ windows: [{ used: 2, resetAt: end }] }])
    expect([await get('a', HIT), await expiry('a', HIT)]).toEqual([`${end}:2`, end])
  })

  test('keeps value and expiry right through a refund, also where the count gets shorter by it', async () => {
    const big = window(1000)
    await adapter.take(takeOf('a', [big], 100))
    const refund = (cost: number) => adapter.store.refund({ key: 'a', windows: [{ ...EPOCH, resetAt: END }], cost })
    expect(await refund(91)).toMatchObject({ refunded: [91] })
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:9`, END])
    await adapter.take(takeOf('a', [big]))
    expect(await get('a')).toBe(`${END}:10`)
    expect(await refund(50)).toMatchObject({ refunded: [10] })
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:0`, END])
    await adapter.take(takeOf('a', [big], 2))
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:2`, END])
  })

  test.each(MEETINGS)('whose window is over counts as 0, though it is still there: %s', async (_, cost) => {
    for (const value of [`${END - LONG}:5`, '1000:5', '0:5', `${END - LONG}:9007199254740991`]) {
      await adapter.redis.set(keyOf('a'), value)
      const [reply] = await adapter.take(takeOf('a', [EPOCH], cost))
      expect(reply).toMatchObject({ taken: 1, windows: [{ used: cost, resetAt: END }] })
      if (cost > 0) expect([await get('a'), await expiry('a')]).toEqual([`${END}:${cost}`, END])
    }
  })
})

describe('an expiry', () => {
  describe.each(MEETINGS)('is healed by %s', (_, cost, taken) => {
    test('where it was lost', async () => {
      await adapter.take(takeOf('a', [EPOCH], 5))
      await adapter.redis.persist(keyOf('a'))
      expect(await adapter.take(takeOf('a', [EPOCH], cost))).toMatchObject([{ taken }])
      expect([await get('a'), await expiry('a')]).toEqual([`${END}:${5 + cost * taken}`, END])
    })

    test('where it is beyond the window', async () => {
      await adapter.take(takeOf('a', [EPOCH], 5))
      await adapter.redis.pexpireat(keyOf('a'), END + 5 * LONG)
      expect(await adapter.take(takeOf('a', [EPOCH], cost))).toMatchObject([{ taken }])
      expect([await get('a'), await expiry('a')]).toEqual([`${END}:${5 + cost * taken}`, END])
    })

    test('of a first-hit window, to its own end', async () => {
      const [reply] = await adapter.take(takeOf('a', [HIT], 5))
      const end = reply?.windows[0]?.resetAt ?? 0
      await adapter.redis.persist(keyOf('a', HIT))
      expect(await adapter.take(takeOf('a', [HIT], cost))).toMatchObject([{ taken, windows: [{ resetAt: end }] }])
      expect([await get('a', HIT), await expiry('a', HIT)]).toEqual([`${end}:${5 + cost * taken}`, end])
    })

    test('of a counter whose window is over', async () => {
      await adapter.redis.set(keyOf('a'), '1000:5')
      await adapter.take(takeOf('a', [EPOCH], cost))
      // Either the counter is gone, or it goes in time.
      if ((await get('a')) !== null) expect(await expiry('a')).toBe(END)
    })
  })

  test('that is right is left alone', async () => {
    await adapter.take(takeOf('a', [EPOCH], 5))
    await adapter.redis.pexpireat(keyOf('a'), END - LONG / 4)
    await adapter.take(takeOf('a', [EPOCH]), takeOf('a', [EPOCH], 9), takeOf('a', [EPOCH], 0))
    expect(await expiry('a')).toBe(END - LONG / 4)
  })
})

describe('a window that ends too late, as after the clock was turned back', () => {
  test.each(MEETINGS)('is cut to its length by %s', async (_, cost, taken) => {
    const late = END + 3 * LONG
    await adapter.redis.set(keyOf('a'), `${late}:5`, 'PXAT', late)
    const [reply] = await adapter.take(takeOf('a', [EPOCH], cost))
    expect(reply).toMatchObject({ taken, windows: [{ used: 5 + cost * taken, resetAt: END }] })
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:${5 + cost * taken}`, END])

    await adapter.redis.set(keyOf('a', HIT), `${late}:5`, 'PXAT', late)
    const [hit] = await adapter.take(takeOf('a', [HIT], cost))
    const end = (hit?.now ?? 0) + LONG
    expect(hit).toMatchObject({ taken, windows: [{ used: 5 + cost * taken, resetAt: end }] })
    expect([await get('a', HIT), await expiry('a', HIT)]).toEqual([`${end}:${5 + cost * taken}`, end])
  })

  test('takes a refund under the end it has since it was looked at', async () => {
    await adapter.redis.set(keyOf('a'), `${END + LONG}:5`, 'PXAT', END + LONG)
    const refund = { key: 'a', windows: [{ ...EPOCH, resetAt: END }], cost: 2 }
    await adapter.store.take([{ key: 'a', windows: [EPOCH], cost: 0, times: 1 }])
    expect(await adapter.store.refund(refund)).toMatchObject({ refunded: [2] })
    expect([await get('a'), await expiry('a')]).toEqual([`${END}:3`, END])
  })
})

describe('a value that is no counter', () => {
  const GARBAGE = ['', ' ', '5', 'abc', ':', ':5', '5:', `${END}`, `${END}:`, `${END}:x`, `${END}:-1`, `-${END}:1`]
  GARBAGE.push(
    `${END}:1.5`,
    `${END}:1e3`,
    `${END}: 1`,
    ` ${END}:1`,
    `${END}:1 `,
    `${END}:1:1`,
    `${END}:1\n`,
    `${END}:1\0`,
  )
  GARBAGE.push(`${END}:9007199254740992`, `9007199254740992:1`, `${END}:${'9'.repeat(400)}`, `${'9'.repeat(400)}:1`)
  // Nobody writes these; a count written into their place would not fit.
  GARBAGE.push(
    `${END}:01`,
    `${END}:007`,
    `${END}:00`,
    `00${END}:1`,
    `0${END + LONG}:1`,
    `00:5`,
    `${END}:${'0'.repeat(20)}1`,
  )

  describe.each(MEETINGS)('met by %s', (_, cost) => {
    test('fails its own take alone, and is left as it is', async () => {
      for (const value of GARBAGE) {
        await adapter.redis.flushall()
        await adapter.redis.set(keyOf('bad'), value)
        const [before, bad, after] = await adapter.store.take(
          ['a', 'bad', 'b'].map((key) => takeOf(key, [EPOCH], cost)),
        )
        expect([before, after]).toMatchObject([{ taken: 1 }, { taken: 1 }])
        if (!(bad instanceof StoreError)) throw new Error(`${JSON.stringify(value)} passed for a counter`)
        expect(bad).toMatchObject({ outcome: 'not-executed', message: 'the counter holds no count' })
        expect([await get('bad'), await expiry('bad')]).toEqual([value, -1])
      }
    })

    test('of another type, too, fails its own take alone, and is left as it is', async () => {
      await adapter.redis.lpush(keyOf('list'), 'x')
      await adapter.redis.hset(keyOf('hash'), 'f', '1')
      const keys = ['a', 'list', 'b', 'hash', 'c']
      const replies = await adapter.store.take(keys.map((key) => takeOf(key, [EPOCH], cost)))
      expect(replies.filter((_, i) => i % 2 === 0)).toMatchObject([{ taken: 1 }, { taken: 1 }, { taken: 1 }])
      for (const failure of [replies[1], replies[3]]) {
        expect(failure).toBeInstanceOf(StoreError)
        expect(failure).toMatchObject({ outcome: 'not-executed', message: 'the counter is of another type' })
      }
      expect(await adapter.redis.lrange(keyOf('list'), 0, -1)).toEqual(['x'])
      expect(await adapter.redis.hgetall(keyOf('hash'))).toEqual({ f: '1' })
    })
  })

  test('its siblings are not charged, nor created', async () => {
    for (const poison of [
      () => adapter.redis.lpush(keyOf('a', EPOCH), 'x'),
      () => adapter.redis.set(keyOf('a'), 'x'),
    ]) {
      for (const windows of [
        [HIT, SMALL, EPOCH],
        [HIT, EPOCH, SMALL],
        [EPOCH, HIT, SMALL],
      ]) {
        await adapter.redis.flushall()
        await poison()
        const [reply] = await adapter.store.take([takeOf('a', windows)])
        expect(reply).toBeInstanceOf(StoreError)
        expect(await adapter.redis.keys('*')).toEqual([keyOf('a', EPOCH)])

        const [own] = await adapter.take(takeOf('a', [SMALL], 4))
        const end = own?.windows[0]?.resetAt
        expect((await adapter.store.take([takeOf('a', windows)]))[0]).toBeInstanceOf(StoreError)
        expect(await get('a', SMALL)).toBe(`${end}:4`)
        expect(await adapter.redis.exists(keyOf('a', HIT))).toBe(0)
      }
    }
  })

  test('what was rolled back counts no more later in the same list', async () => {
    await adapter.redis.lpush(keyOf('a', EPOCH), 'x')
    const replies = await adapter.store.take([
      takeOf('a', [HIT, EPOCH], 5),
      takeOf('a', [HIT], 2),
      takeOf('a', [HIT, EPOCH], 5),
      takeOf('a', [HIT], 2),
    ])
    expect(replies[0]).toBeInstanceOf(StoreError)
    expect(replies[2]).toBeInstanceOf(StoreError)
    expect([replies[1], replies[3]]).toMatchObject([{ windows: [{ used: 2 }] }, { windows: [{ used: 4 }] }])
    expect(await get('a', HIT)).toMatch(/:4$/)
  })

  test('takes no refund', async () => {
    for (const value of GARBAGE) {
      await adapter.redis.set(keyOf('a'), value)
      const refund = { key: 'a', windows: [{ ...EPOCH, resetAt: END }], cost: 1 }
      expect(await adapter.store.refund(refund)).toMatchObject({ refunded: [0] })
      expect(await get('a')).toBe(value)
    }
    await adapter.redis.del(keyOf('a'))
    await adapter.redis.lpush(keyOf('a'), 'x')
    const refund = { key: 'a', windows: [{ ...EPOCH, resetAt: END }], cost: 1 }
    expect(await adapter.store.refund(refund)).toMatchObject({ refunded: [0] })
  })

  test('is gone after a clear', async () => {
    await adapter.redis.lpush(keyOf('a'), 'x')
    await adapter.store.clear({ key: 'a', windows: [EPOCH] })
    expect(await adapter.take(takeOf('a', [EPOCH]))).toMatchObject([{ taken: 1 }])
  })
})
