import { FixedWindowRateLimiter } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { commandsDuring } from '@rl/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Counter } from '../src/counters/counter.ts'
import { jsonOf, runHere, STORAGES, type Storage } from './support.ts'

/** Windows that do not end while a test runs, of every kind. */
const WINDOWS = [
  { unit: 'calls', limit: 100, window: 2 ** 40 },
  { unit: 'tokens', limit: 10_000, window: 2 ** 41 },
  { unit: 'calls', limit: 100, window: '30d', anchor: 'first-hit' },
  { unit: 'tokens', limit: 10_000, window: calendar('year', { timeZone: 'Etc/UTC' }) },
] as const
const COST = { calls: 2, tokens: 500 }
const HOSTILE = '\u001b[2J\u009b31m\u202e\n"\\ é'
const LONG = 'x'.repeat(129)
const IDS = [
  ['a plain identifier', 'user_123'],
  ['a hostile identifier', HOSTILE],
  ['a long identifier', LONG],
] as const

interface Top {
  readonly counters: readonly Counter[]
  readonly isComplete: boolean
  readonly keysLookedAt: number
  readonly keysRead: number
  readonly broken: number
  readonly commands: number
}

describe.each(Object.entries(STORAGES))('%s', (_kind, start) => {
  let storage: Storage
  let limiter: FixedWindowRateLimiter

  beforeAll(async () => {
    storage = await start()
    limiter = new FixedWindowRateLimiter({ name: 'a*:b', store: storage.store, windows: WINDOWS, deadlineMs: 10_000 })
  })
  afterAll(() => storage?.close())
  beforeEach(() => Promise.all(storage.servers.map((server) => server.command('FLUSHALL'))))

  const rl = (...args: string[]) => runHere(args, storage.env)

  test.each(IDS)('peek shows the windows of %s', async (_, id) => {
    const { windows } = await limiter.limit(id, { cost: COST })
    const { counters } = await jsonOf<{ counters: Counter[] }>(['peek', 'a*:b', id], storage.env)
    expect(
      counters.map(({ window, anchor, unit, used, resetAt }) => ({ window, anchor, unit, used, resetAt })),
    ).toEqual([
      { window: '1099511627776ms', anchor: 'epoch', unit: 'calls', used: 2, resetAt: windows[0]?.resetAt },
      { window: '2199023255552ms', anchor: 'epoch', unit: 'tokens', used: 500, resetAt: windows[1]?.resetAt },
      { window: '30d', anchor: 'first-hit', unit: 'calls', used: 2, resetAt: windows[2]?.resetAt },
      { window: 'year Etc/UTC', anchor: 'calendar', unit: 'tokens', used: 500, resetAt: windows[3]?.resetAt },
    ])
    for (const { id: shown, idHash, resetAt, resetAfterMs } of counters) {
      expect(shown).toBe(id === LONG ? null : id)
      expect(idHash).toEqual(id === LONG ? expect.stringMatching(/^[0-9a-f]{64}$/) : null)
      expect(resetAfterMs).toBeLessThanOrEqual(resetAt - Date.now() + 60_000)
    }
  })

  test.each(IDS)('reset leaves of %s what limiter.reset leaves', async (_, id) => {
    const key = await keyOf(id)
    await limiter.reset(id)
    const byLimiter = await storage.get(key)
    await limiter.reset(id)
    const byLimiterAgain = await storage.get(key)
    expect(byLimiter).toMatch(/ 0:1,0:1,0:1$/)
    await Promise.all(storage.servers.map((server) => server.command('FLUSHALL')))

    const decision = await limiter.limit(id, { cost: COST })
    const { exit, stdout } = await rl('reset', 'a*:b', '--yes', '--', id)
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining(': reset, 2 calls used in') })
    expect(await storage.get(key)).toBe(byLimiter)
    // Units taken before do not come back.
    expect(await limiter.refund(decision)).toBe(false)
    // Also by its key.
    await jsonOf(['reset', '--yes', '--key', key], storage.env)
    expect(await storage.get(key)).toBe(byLimiterAgain)
  })

  test('reset of what is not stored is done', async () => {
    const { exit, stdout } = await rl('reset', 'a*:b', 'nobody', '--yes')
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining('nothing was stored') })
  })

  test.each<[string, (value: string) => string | undefined, string | null]>([
    ['a value that is no count', (value) => value.replace(/ 2,/, ' oops,'), ' 0:1,0:1'],
    ['another text', () => 'anything', null],
    ['another layout', (value) => value.replace(/^1;/, '2;'), null],
    ['another type', () => undefined, null],
  ])('reset repairs %s, of which peek complains', async (_, broken, left) => {
    const key = await keyOf('user_123')
    await write(key, broken((await storage.get(key)) ?? ''))
    await expect(limiter.limit('user_123', { cost: COST })).rejects.toThrow(
      /^the counter (holds no|is of another|has another)/,
    )
    const peeked = await rl('peek', 'a*:b', 'user_123')
    expect(peeked.exit).toBe(1)
    expect(peeked.stderr).toMatch(/^rl: "a\*:b" user_123: no limiter can read all that is stored, .*\n$/)
    expect(await rl('reset', 'a*:b', 'user_123', '--yes')).toMatchObject({ exit: 0, stderr: '' })
    const value = await storage.get(key)
    expect(value === null ? null : value.slice(value.indexOf(' '))).toBe(left)
    expect(await limiter.isAllowed('user_123', { cost: COST })).toBe(true)
  })

  test('reset leaves windows of kinds that it does not know, and says so', async () => {
    const key = await keyOf('user_123')
    await write(key, ((await storage.get(key)) ?? '').replace('e1099511627776_calls', 'q7'))
    const { counters } = await jsonOf<Top>(['peek', 'a*:b', 'user_123'], storage.env)
    expect(counters[0]).toMatchObject({ window: 'q7', anchor: null, unit: null, used: 2 })
    const { exit, stderr } = await rl('reset', 'a*:b', 'user_123', '--yes')
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: 'rl: windows of kinds that this version does not know were left: q7. Take a newer one.\n',
    })
    expect(await storage.get(key)).toMatch(/^1;q7=\d+;e2199023255552_tokens=\d+;year_Etc~2FUTC_tokens=\d+ 2,0:1,0:1$/)
  })

  test('top lists counters by units used, and counts its commands', async () => {
    const others = new FixedWindowRateLimiter({ name: 'ab', store: storage.store, limit: 9, window: 2 ** 40 })
    const ids = Array.from({ length: 30 }, (_, i) => `user_${i}`)
    await Promise.all([
      ...ids.map((id, i) => limiter.limit(id, { cost: { calls: i + 1, tokens: 0 } })),
      ...ids.map((id) => others.limit(id, { cost: 9 })),
    ])
    let list: Top | undefined
    const commands = await commandsDuring(storage.servers, async () => {
      list = await jsonOf<Top>(['top', 'a*:b', '--limit', '4'], storage.env)
    })
    expect(list).toMatchObject({ isComplete: true, keysRead: 30, broken: 0 })
    expect(list?.counters.map(({ name, id, window, used }) => [name, id, window, used])).toEqual([
      ['a*:b', 'user_29', '1099511627776ms', 30],
      ['a*:b', 'user_29', '30d', 30],
      ['a*:b', 'user_28', '1099511627776ms', 29],
      ['a*:b', 'user_28', '30d', 29],
    ])
    const own = commands.filter(([name = '']) => /^(eval|scan|time|m?get)$/.test(name))
    expect(list?.commands).toBe(own.length)
    expect(
      commands.filter(
        ([name = '']) => !/^(eval|scan|time|m?get|hello|auth|cluster|select|info|client|quit)$/.test(name),
      ),
    ).toEqual([])

    const all = await jsonOf<Top>(['top', '--unit', 'tokens'], storage.env)
    expect(all).toMatchObject({ counters: [], keysRead: 60 })
    expect((await jsonOf<Top>(['top', 'ab'], storage.env)).counters).toHaveLength(10)
  })

  test('top ends at --max-keys, also among the keys of other programs', async () => {
    await Promise.all(storage.servers.map((each) => fill(each)))
    const commands = await commandsDuring(storage.servers, async () => {
      const list = await jsonOf<Top>(['top', '--max-keys', '600'], storage.env)
      expect(list).toMatchObject({ counters: [], isComplete: false, keysLookedAt: 600, keysRead: 0 })
    })
    const scans = commands.filter(([name]) => name === 'scan')
    expect(scans.map((scan) => scan.at(-1))).toEqual(['250', '250', '100'])
    expect((await rl('top', '--max-keys', '600')).stdout).toMatch(
      /^Stopped after 600 keys \(--max-keys 600\), others may/,
    )

    async function fill(each: Storage['servers'][number]): Promise<void> {
      const script = `for i = 1, 20000 do redis.pcall('SET', 'other:' .. i, i) end`
      // In a Cluster, a script may write to keys that it does not declare only under this flag.
      await each.command('EVAL', `#!lua flags=allow-cross-slot-keys\n${script}`, '0')
    }
  })

  /** Of an identifier with counters in all windows. */
  async function keyOf(id: string): Promise<string> {
    await limiter.limit(id, { cost: COST })
    const [{ key = '' } = {}] = (await jsonOf<Top>(['top'], storage.env)).counters
    return key
  }

  /** Undefined is a list. */
  async function write(key: string, text: string | undefined): Promise<void> {
    const commands = [['DEL', key], text === undefined ? ['RPUSH', key, 'x'] : ['SET', key, text]]
    for (const server of storage.servers) {
      for (const command of commands) await server.command(...command).catch(notThisNode)
    }
  }
})

function notThisNode(error: Error): void {
  if (!error.message.startsWith('MOVED')) throw error
}
