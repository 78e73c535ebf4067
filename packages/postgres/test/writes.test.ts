import { expect, test } from 'vitest'
import { applyAll, range, takeOf, useDatabase } from './database.ts'

// Nothing else writes to the log: not the vacuum, not a checkpoint, not the background writer's snapshots of running transactions.
const context = useDatabase({ autovacuum: 'off', checkpoint_timeout: '1d', wal_level: 'minimal', max_wal_senders: 0 })

async function walPosition(): Promise<string> {
  return String(await context.database.value('SELECT pg_current_wal_insert_lsn()'))
}

test('10,000 denials write not a byte to the log', async () => {
  const { store } = context.database
  const ids = range(100).map((i) => `denied-${i}`)
  const several = { ...takeOf('several', { limit: 1 }), windows: [1, 2].map((days) => dayWindow(days)), costs: [1, 1] }
  await applyAll(store, [...ids.map((id) => takeOf(id, { limit: 1 })), several])
  // The first reads after a write may tidy a page up, which is logged.
  for (const _ of range(2))
    await applyAll(
      store,
      ids.map((id) => takeOf(id, { limit: 1 })),
    )
  const before = await walPosition()
  let denied = 0
  for (const _ of range(99)) {
    for (const { timesTaken } of await applyAll(store, [...ids.map((id) => takeOf(id, { limit: 1 })), several])) {
      if (timesTaken === 0) denied++
    }
  }
  for (const _ of range(10))
    denied += 1 - ((await applyAll(store, [takeOf('denied-0', { limit: 1 })]))[0]?.timesTaken ?? 1)
  expect(denied).toBe(99 * 101 + 10)
  expect(await walPosition()).toBe(before)
  // Others do show.
  await applyAll(store, [takeOf('admitted')])
  expect(await walPosition()).not.toBe(before)
})

test('reads of counters that there are not, and denials among admissions, leave no rows', async () => {
  const { store, pool } = bound()
  await applyAll(store, [takeOf('nobody', { cost: 0 }), takeOf('too-much', { cost: 11 }), takeOf('somebody')])
  const { rows } = await pool.query("SELECT key FROM rate_limits WHERE key ~ 'body|much'")
  expect(rows).toEqual([{ key: 'api:somebody' }])
})

test('a list is one statement in one message', async () => {
  const { pool, store } = context.database
  const client = await pool.connect()
  const sent: unknown[] = []
  const query = client.query
  client.query = ((...args: unknown[]) => {
    sent.push(args)
    return Reflect.apply(query, client, args)
  }) as typeof query
  client.release()
  await applyAll(
    store,
    range(300).map((i) => takeOf(`listed-${i % 200}`)),
  )
  client.query = query
  expect(sent).toEqual([[expect.stringMatching(/^SELECT "rate_limits_apply_1"\(/)]])
})

test('expired rows go with later writes, a few at a time', async () => {
  const { store, pool, value } = bound()
  await applyAll(
    store,
    range(100).map((i) => takeOf(`old-${i}`)),
  )
  await pool.query("UPDATE rate_limits SET expires_at = 1, ends = '{1}' WHERE key LIKE 'api:old-%'")
  const left = (): Promise<unknown> => value("SELECT count(*)::int FROM rate_limits WHERE key LIKE 'api:old-%'")
  await applyAll(store, [takeOf('new')])
  expect(await left()).toBe(90)
  // One that another transaction holds is passed over, not waited for.
  await context.database.during("SELECT FROM rate_limits WHERE key = 'api:old-99' FOR UPDATE", async () => {
    for (const _ of range(10)) await applyAll(store, [takeOf('new')])
    expect(await left()).toBe(1)
  })
  await applyAll(store, [takeOf('new', { limit: 100 })])
  expect(await left()).toBe(0)
})

test('expired tokens go with later ones', async () => {
  const { store, pool, value } = bound()
  await pool.query("INSERT INTO rate_limits_tokens SELECT 'api:old', i::text, 1, 'x' FROM generate_series(1, 20) i")
  const [reply] = await applyAll(store, [takeOf('settled', { cost: 5 })])
  const [state] = reply?.windows ?? []
  if (state === undefined) throw new Error('it has one window')
  const window = { anchor: 'epoch', windowMs: 86_400_000, ...state, change: -1 } as const
  for (const id of ['a', 'b']) {
    await store.apply([
      { kind: 'adjust', scope: 'api', id: 'settled', windows: [window], token: { id, until: state.resetAt } },
    ])
  }
  expect(await value('SELECT array_agg(token ORDER BY token) FROM rate_limits_tokens')).toEqual(['a', 'b'])
})

function dayWindow(days: number): { readonly limit: number; readonly windowMs: number; readonly anchor: 'epoch' } {
  return { limit: 1, windowMs: days * 86_400_000, anchor: 'epoch' }
}

function bound() {
  const { database } = context
  return { store: database.store, pool: database.pool, value: (text: string) => database.value(text) }
}
