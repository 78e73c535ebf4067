import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { REDIS_SCRIPT } from '../src/index.ts'
import {
  Adapter,
  adjustOf,
  clearOf,
  END,
  expiryOf,
  keyOf,
  LONG,
  takeOf,
  upstashScriptForRedis,
  window,
} from './support.ts'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())
beforeEach(async () => {
  await adapter.redis.flushall()
  await adapter.redis.script('LOAD', REDIS_SCRIPT.text)
  await adapter.redis.config('RESETSTAT')
  adapter.sent = []
})

const WRITES = ['set', 'setrange', 'del', 'unlink', 'expire', 'pexpire', 'pexpireat', 'persist', 'incrby', 'getset']
const ONE = [window(10)]
const FIVE = [window(10), window(20, 'first-hit'), ...[1, 2, 3].map((i) => window(30, 'epoch', LONG / 2 ** i))]

describe('one decision is one command', () => {
  test.each([
    ['one window', [takeOf('a', ONE)]],
    ['five windows', [takeOf('a', FIVE)]],
    ['a list of 64 takes', Array.from({ length: 64 }, (_, i) => takeOf(`u${i}`, ONE))],
    ['64 takes of five windows', Array.from({ length: 64 }, (_, i) => takeOf(`u${i}`, FIVE))],
    ['many units at once', [takeOf('a', ONE, 1, 4)]],
  ])('%s', async (_, takes) => {
    const replies = await adapter.take(...takes)
    expect(replies.map((reply) => reply.timesTaken)).toEqual(takes.map((take) => take.times))
    expect(adapter.sent).toEqual(['evalsha'])
    expect(await commands()).toEqual({
      time: 1,
      [takes.length === 1 && takes[0]?.windows.length === 1 && takes[0].times === 1 ? 'get' : 'mget']: 1,
      set: takes.length,
    })
    await adapter.redis.config('RESETSTAT')
    await adapter.take(...takes)
    expect((await commands()).setrange).toBe(takes.length)
  })

  test('a list of takes, adjustments and clears', async () => {
    const [reply] = await adapter.take(takeOf('a', FIVE))
    const windows = FIVE.map((each, i) => ({
      ...each,
      resetAt: reply?.windows[i]?.resetAt ?? 0,
      generation: 0,
      change: -1,
    }))
    adapter.sent = []
    await adapter.redis.config('RESETSTAT')
    await adapter.apply({ ...adjustOf('a', FIVE[0] ?? window(1), 0), windows }, takeOf('b', ONE), clearOf('a', ...FIVE))
    expect(adapter.sent).toEqual(['evalsha'])
    // The clear reads again what the adjustment wrote.
    expect(await commands()).toEqual({ time: 1, mget: 1, get: 1, set: 3 })
  })

  async function commands(): Promise<Record<string, number>> {
    const { info, evalsha, ...calls } = await adapter.calls()
    expect(evalsha).toBe(1)
    return calls
  }
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
    expect(await adapter.redis.get(keyOf('a'))).toBe(`1;e1099511627776=${END} 2`)
  })

  test('lost while calls are in flight is sent again, and each call runs once', async () => {
    await adapter.redis.script('FLUSH')
    await Promise.all(Array.from({ length: 20 }, () => adapter.take(takeOf('a', [window(1000)]))))
    expect(await adapter.redis.get(keyOf('a'))).toBe(`1;e1099511627776=${END} 20`)
  })

  test('also serves an adjustment after it was lost', async () => {
    await adapter.take(takeOf('a', ONE, 3))
    await adapter.redis.script('FLUSH')
    expect(await adapter.apply(adjustOf('a', window(10), -2))).toMatchObject([{ windows: [{ applied: -2 }] }])
    expect(await adapter.redis.get(keyOf('a'))).toBe(`1;e1099511627776=${END} 1`)
  })
})

describe('writes nothing', () => {
  async function unwritten(run: () => Promise<unknown>): Promise<void> {
    const dump = async () => {
      const keys = (await adapter.redis.keys('*')).sort()
      return Promise.all(
        keys.map(async (key) => [key, await adapter.redis.get(key), await expiryOf(adapter.redis, key)]),
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
    for (const take of [
      takeOf('full', ONE),
      takeOf('full', FIVE),
      takeOf('new', [window(0)]),
      takeOf('other', ONE, 8),
    ]) {
      await unwritten(() => adapter.take(take))
    }
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
      expect(replies.map((reply) => reply.timesTaken)).toEqual([0, 0, 0, 0, 0, 0, 0])
    })
  })

  test('a read of cost 0, of counters that are there and of others', async () => {
    await adapter.take(takeOf('a', FIVE, 4))
    await unwritten(() => adapter.take(takeOf('a', FIVE, 0, 9), takeOf('b', FIVE, 0), takeOf('a', [window(0)], 0)))
    for (const take of [takeOf('a', ONE, 0), takeOf('b', ONE, 0), takeOf('a', FIVE, 0)])
      await unwritten(() => adapter.take(take))
  })

  test('an adjustment of another window, of nothing, or of no counter, and a clear of none', async () => {
    await adapter.take(takeOf('a', ONE, 4))
    const none = [adjustOf('a', window(1), 1, END - LONG), adjustOf('a', window(1), 0), adjustOf('b', window(1), 1)]
    const token = { id: 't', until: END }
    await unwritten(() => adapter.apply(...none, { ...adjustOf('b', window(1), 1), token }, clearOf('b', window(1))))
  })
})

describe('for Upstash', () => {
  test('the script writes with SET and DEL alone, as a key may expire while a script runs there', async () => {
    const upstash = new Adapter(adapter.server, upstashScriptForRedis())
    const sets = [ONE, [window(10, 'first-hit')], FIVE]
    for (const windows of sets) {
      for (let i = 0; i < 3; i++) {
        const list = Array.from({ length: 3 }, (_, user) =>
          takeOf(`u${user}${windows.length}${windows[0]?.anchor}`, windows),
        )
        await upstash.take(...list)
        await upstash.take(takeOf(`lone${windows.length}${windows[0]?.anchor}`, windows))
      }
    }
    await upstash.apply(
      adjustOf('u01epoch', window(1), -1),
      clearOf('u11epoch', window(1)),
      clearOf('u21first-hit', window(1, 'first-hit')),
    )
    expect(await upstash.redis.get(keyOf('u01epoch'))).toBe(`1;e1099511627776=${END} 2`)
    const calls = Object.keys(await upstash.calls())
    expect(WRITES.filter((name) => calls.includes(name))).toEqual(['set', 'del'])
    for (const key of await upstash.redis.keys('*')) expect(await expiryOf(upstash.redis, key)).toBeGreaterThan(0)
    upstash.redis.disconnect()
  })
})
