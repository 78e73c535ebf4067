import { randomUUID } from 'node:crypto'
import type { Window } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkPrefix, hashTags, keyPattern, parseKey, parseValue, ScriptStore, type TagOf } from '../src/index.ts'
import { REDIS_SCRIPT } from '../src/script.ts'
import { Adapter, END, LONG, window } from './support.ts'

const PREFIXES = ['rl:', '', 'a*[b]?\\', '[^x]-']
const SCOPES = ['api', 'ap*', 'a:b', "!'()*~", '[a-z]', '*']
const IDS = ['user_123', 'a:b', '\0\u001b[2J\u202e', '}#{*', 'x'.repeat(129)]

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter?.stop())

describe.each([undefined, hashTags(48)])('with hash tags: %o', (tagOf) => {
  test.each(PREFIXES)('keys under %j are found by their patterns, and read back', async (prefix) => {
    await adapter.redis.flushall()
    // Keys that an unescaped pattern would match, too.
    for (const near of ['aab', 'axbyz', 'rl:', '-', 'a']) if (near !== prefix) await write(near, tagOf)
    await write(prefix, tagOf)
    const expected = SCOPES.flatMap((scope) => IDS.map((id) => subjectOf(scope, id)))
    expect((await find(prefix)).sort()).toEqual([...expected].sort())
    for (const scope of SCOPES) {
      const found = await find(prefix, scope, tagOf !== undefined)
      expect(found.filter((subject) => subject.startsWith(JSON.stringify(scope)))).toHaveLength(IDS.length)
      // A pattern also finds keys that begin the same: a name within an identifier.
      expect(found.length, scope).toBeLessThan(expected.length)
    }
  })
})

test('a value tells all that takes and clears have written', async () => {
  const windows: Window[] = [
    { ...window(9), unit: 'calls' },
    window(9, 'first-hit', 2 ** 43),
    { anchor: 'calendar', period: 'month', timeZone: 'America/New_York', limit: 9, ends: [1, END], longestMs: LONG },
  ]
  const subject = { scope: 's', id: randomUUID() }
  await adapter.apply({ kind: 'take', ...subject, windows, costs: [1, 2, 3], times: 1 })
  await adapter.apply({ kind: 'clear', ...subject, windows: windows.slice(2) })
  const { counters = [] } = parseValue((await adapter.redis.get(`rl:1:{${counterKey(subject)}}`)) ?? '') ?? {}
  expect(counters.map(({ window, used, generation }) => ({ window, used, generation }))).toEqual([
    { window: { anchor: 'epoch', windowMs: LONG, unit: 'calls' }, used: 1, generation: 0 },
    { window: { anchor: 'first-hit', windowMs: 2 ** 43 }, used: 2, generation: 0 },
    { window: { anchor: 'calendar', period: 'month', timeZone: 'America/New_York' }, used: 0, generation: 1 },
  ])
  expect(counters[0]?.resetAt).toBe(END)
})

test.each(['{', 'a}', '\ud800', null, 5])('%j is no prefix', (prefix) => {
  expect(() => checkPrefix(prefix, '--prefix')).toThrow('--prefix must be a well-formed string without braces')
})

/** One counter for each scope and identifier, as a store with these options writes it. */
async function write(prefix: string, tagOf: TagOf | undefined): Promise<void> {
  const { redis } = adapter
  const store = new ScriptStore(
    {
      evalsha: (sha, keys, args) => redis.evalsha(sha, keys.length, ...keys, ...args),
      eval: (text, keys, args) => redis.eval(text, keys.length, ...keys, ...args),
    },
    { script: REDIS_SCRIPT, cluster: false, tagOf, options: { prefix } },
  )
  await store.apply(
    SCOPES.flatMap((scope) =>
      IDS.map((id) => ({ kind: 'take', scope, id, windows: [window(9)], costs: [1], times: 1 }) as const),
    ),
  )
}

async function find(prefix: string, scope?: string, isTagged?: boolean): Promise<string[]> {
  const found: string[] = []
  let cursor = '0'
  do {
    const [next, keys] = await adapter.redis.scan(cursor, 'MATCH', keyPattern(prefix, scope, isTagged), 'COUNT', 1000)
    cursor = next
    for (const key of keys) {
      const parsed = parseKey(key, prefix)
      if (parsed !== undefined) found.push(subjectOf(parsed.scope, parsed.id))
    }
  } while (cursor !== '0')
  return found
}

function subjectOf(scope: string, id: string | undefined): string {
  return JSON.stringify(scope) + (id === undefined || id.length > 128 ? '#' : JSON.stringify(id))
}
