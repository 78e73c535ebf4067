import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Adapter, END, keyOf, LONG, takeOf, window } from './support.ts'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())
beforeEach(async () => {
  await adapter.redis.flushall()
  await adapter.redis.script('LOAD', (await import('../src/index.ts')).REDIS_SCRIPT.text)
  await adapter.redis.config('RESETSTAT')
  adapter.sent = []
})

const ONE = [window(10)]
const FIVE = [window(10), window(20, 'first-hit'), ...[1, 2, 3].map((i) => window(30, 'epoch', LONG / 2 ** i))]

describe('one decision is one command', () => {
  test.each([
    ['one window', [takeOf('a', ONE)]],
    ['five windows', [takeOf('a', FIVE)]],
    ['a list of 64 takes', Array.from({ length: 64 }, (_, i) => takeOf(`u${i}`, ONE))],
    ['64 takes of five windows', Array.from({ length: 64 }, (_, i) => takeOf(`u${i}`, FIVE))],
    ['many units at once', [takeOf('a', ONE, 2, 4)]],
  ])('%s', async (_, takes) => {
    const replies = await adapter.take(...takes)
    expect(replies.map((reply) => reply.taken)).toEqual(takes.map((take) => take.times))
    expect(adapter.sent).toEqual(['evalsha'])
    const { info, 'config|resetstat': reset, ...calls } = await adapter.calls()
    const counters = takes.reduce((sum, take) => sum + take.windows.length, 0)
    expect(calls).toEqual({ evalsha: 1, time: 1, mget: 1, set: counters })
  })

  test('a refund of five windows, and a clear', async () => {
    const [reply] = await adapter.take(takeOf('a', FIVE))
    const windows = FIVE.map((each, i) => ({ ...each, resetAt: reply?.windows[i]?.resetAt ?? 0 }))
    adapter.sent = []
    await adapter.store.refund({ key: 'a', windows, cost: 1 })
    await adapter.store.clear({ key: 'a', windows: FIVE })
    expect(adapter.sent).toEqual(['evalsha', 'del'])
    expect(await adapter.redis.dbsize()).toBe(0)
  })
})

describe('the script', () => {
  test('is sent by its text only where the server does not have it', async () => {
    await adapter.redis.script('FLUSH')
    await adapter.take(takeOf('a', ONE))
    expect(adapter.sent).toEqual(['evalsha', 'eval'])
    await adapter.take(takeOf('a', ONE))
    await adapter.take(takeOf('b', FIVE), takeOf('c', ONE))
    expect(adapter.sent).toEqual(['evalsha', 'eval', 'evalsha', 'evalsha'])
    expect(await adapter.calls()).toMatchObject({ evalsha: 3, eval: 1 })
    expect(await adapter.redis.get(keyOf('a'))).toBe(`${END}:2`)
  })

  test('lost while calls are in flight is sent again, and each call runs once', async () => {
    await adapter.redis.script('FLUSH')
    await Promise.all(Array.from({ length: 20 }, () => adapter.take(takeOf('a', [window(1000)]))))
    expect(await adapter.redis.get(keyOf('a'))).toBe(`${END}:20`)
  })

  test('also serves a refund after it was lost', async () => {
    await adapter.take(takeOf('a', ONE, 3))
    await adapter.redis.script('FLUSH')
    const refund = { key: 'a', windows: [{ ...window(10), resetAt: END }], cost: 2 }
    expect(await adapter.store.refund(refund)).toMatchObject({ refunded: [2] })
    expect(await adapter.redis.get(keyOf('a'))).toBe(`${END}:1`)
  })
})

describe('writes nothing', () => {
  const WRITES = ['set', 'setrange', 'del', 'unlink', 'expire', 'pexpire', 'pexpireat', 'persist', 'incrby', 'getset']

  async function unwritten(run: () => Promise<unknown>): Promise<void> {
    const dump = async () => {
      const keys = (await adapter.redis.keys('*')).sort()
      return Promise.all(
        keys.map(async (key) => [key, await adapter.redis.get(key), await adapter.redis.pexpiretime(key)]),
      )
    }
    const [before, changes] = [await dump(), await adapter.changes()]
    await adapter.redis.config('RESETSTAT')
    await run()
    const calls = await adapter.calls()
    expect(calls.evalsha).toBeGreaterThan(0)
    expect(WRITES.filter((name) => name in calls)).toEqual([])
    expect(await adapter.changes()).toBe(changes)
    expect(await dump()).toEqual(before)
  }

  test('the check itself sees a write', async () => {
    const changes = await adapter.changes()
    await adapter.take(takeOf('a', ONE))
    expect(await adapter.changes()).toBe(changes + 1)
    await adapter.take(takeOf('a', ONE))
    expect(await adapter.changes()).toBe(changes + 2)
    expect(await adapter.calls()).toMatchObject({ set: 1, setrange: 1 })
  })

  test('a denial, also of a cost that never fits, of one of several windows, and of a whole list', async () => {
    await adapter.take(takeOf('full', FIVE, 10), takeOf('other', [window(10)], 3))
    await unwritten(async () => {
      const replies = await adapter.take(
        takeOf('full', ONE),
        takeOf('full', FIVE),
        takeOf('full', FIVE, 7, 5),
        takeOf('other', ONE, 8),
        takeOf('other', ONE, 100),
        takeOf('new', ONE, 11),
        takeOf('new', [window(0)]),
      )
      expect(replies.map((reply) => reply.taken)).toEqual([0, 0, 0, 0, 0, 0, 0])
    })
  })

  test('a read of cost 0, of counters that are there and of others', async () => {
    await adapter.take(takeOf('a', FIVE, 4))
    await unwritten(() => adapter.take(takeOf('a', FIVE, 0, 9), takeOf('b', FIVE, 0), takeOf('a', [window(0)], 0)))
  })

  test('a refund to another window, of nothing, or to no counter', async () => {
    await adapter.take(takeOf('a', ONE, 4))
    const refund = (key: string, resetAt: number, cost: number) =>
      adapter.store.refund({ key, windows: [{ ...window(10), resetAt }], cost })
    await unwritten(async () => {
      const replies = [await refund('a', END - LONG, 1), await refund('a', END, 0), await refund('b', END, 1)]
      expect(replies.map(({ refunded }) => refunded)).toEqual([[0], [0], [0]])
    })
  })
})
