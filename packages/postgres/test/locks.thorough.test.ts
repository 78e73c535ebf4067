import { setTimeout as sleep } from 'node:timers/promises'
import { StoreError } from '@rl/core'
import { Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTables, PostgresStore } from '../src/index.ts'
import { applyAll, range, takeOf, useDatabase } from './database.ts'

const context = useDatabase({ deadlock_timeout: '20ms' })

function lockOf(id: string): string {
  return `SELECT FROM rate_limits WHERE key = 'api:${id}' FOR UPDATE`
}

/** Until the end of the test, nothing is refused only because the machine is busy. */
async function waitLonger(): Promise<void> {
  await context.database.pool.query("ALTER FUNCTION rate_limits_apply_1 SET lock_timeout = '1min'")
  onTestFinished(() => createTables(context.database.pool))
}

/** Resolves once a statement of the store waits for a lock. */
async function untilOneWaits(): Promise<void> {
  const waiting = "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'apply'"
  await expect.poll(() => context.database.value(waiting)).toBeGreaterThan(0)
}

/** The error that the list rejected with. */
async function outcomeOf(applied: Promise<unknown>): Promise<StoreError> {
  return applied.then(
    () => Promise.reject(new Error('it was applied')),
    (error: unknown) => error as StoreError,
  )
}

describe('the clock', () => {
  test('is read after the lock', async () => {
    const { database } = context
    await waitLonger()
    await applyAll(database.store, [takeOf('held')])
    const { before, replies } = await database.during(lockOf('held'), async (other) => {
      const waiting = applyAll(database.store, [takeOf('held')])
      await untilOneWaits()
      await sleep(30)
      const before = Number(await database.value('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)'))
      await other.query('COMMIT')
      return { before, replies: await waiting }
    })
    expect(replies[0]?.now).toBeGreaterThanOrEqual(before)
  })

  test('is not that of the transaction', async () => {
    const client = await context.database.pool.connect()
    onTestFinished(() => client.release())
    await client.query('BEGIN')
    const store = new PostgresStore(client)
    const [first] = await applyAll(store, [takeOf('now', { cost: 0 })])
    await sleep(30)
    const [second] = await applyAll(store, [takeOf('now', { cost: 0 })])
    await client.query('COMMIT')
    expect(Number(second?.now) - Number(first?.now)).toBeGreaterThanOrEqual(29)
  })
})

describe('locks', () => {
  test('are taken in the order of the keys: lists in different orders do not wait for each other for ever', async () => {
    const store = new PostgresStore(context.database.pool)
    const ids = range(40).map((i) => `ordered-${i}`)
    // Half of them have no row yet, and some have two windows or come twice.
    await applyAll(
      store,
      ids.slice(0, 20).map((id) => takeOf(id, { limit: 1e6 })),
    )
    const list = (seed: number) =>
      ids
        .toSorted((a, b) => hash(a + seed) - hash(b + seed))
        .flatMap((id, i) =>
          i % 7 === seed % 7
            ? [takeOf(id, { limit: 1e6 }), takeOf(id, { limit: 1e6, cost: 2 })]
            : [takeOf(id, { limit: 1e6 })],
        )
    const before = await context.database.value(
      "SELECT deadlocks::int FROM pg_stat_database WHERE datname = 'postgres'",
    )
    await Promise.all(
      range(8).map(async (worker) => {
        for (const round of range(40)) await applyAll(store, list(8 * round + worker))
      }),
    )
    const after = await context.database.value("SELECT deadlocks::int FROM pg_stat_database WHERE datname = 'postgres'")
    expect(after).toBe(before)
  })

  test('of others are waited for half a second, and then the list was not executed', async () => {
    const { database } = context
    await applyAll(database.store, [takeOf('held')])
    const error = await database.during(lockOf('held'), () =>
      outcomeOf(database.store.apply([takeOf('free'), takeOf('held')])),
    )
    expect(error).toBeInstanceOf(StoreError)
    expect([error.message, error.outcome, error.transient]).toEqual(['PostgreSQL refused: 55P03', 'not-executed', true])
    // Also what could have been applied.
    const [free] = await applyAll(database.store, [takeOf('free', { cost: 0 })])
    expect(free?.windows[0]?.used).toBe(0)
  })

  test('denials and reads take none', async () => {
    const { database } = context
    await applyAll(database.store, [takeOf('held', { times: 10 })])
    await database.during(lockOf('held'), async () => {
      const replies = await applyAll(database.store, [takeOf('held'), takeOf('held', { cost: 0 })])
      expect(replies.map(({ timesTaken }) => timesTaken)).toEqual([0, 1])
    })
  })

  test('a deadlock with a transaction of somebody else is not executed, and may be tried again', async () => {
    const { database } = context
    await waitLonger()
    const ids = ['dead-a', 'dead-b', 'dead-c']
    const takes = ids.map((id) => takeOf(id))
    await applyAll(database.store, takes)
    const error = await database.during(lockOf('dead-c'), async (patient) => {
      await patient.query("SET LOCAL deadlock_timeout = '1min'")
      const [applied, others] = await database.during(lockOf('dead-b'), async () => {
        const applied = outcomeOf(database.store.apply(takes))
        await untilOneWaits()
        // The list has the first row, and waits for the second; when it gets on to the third, each has what the other wants.
        return [applied, patient.query(lockOf('dead-a'))] as const
      })
      const error = await applied
      await others
      return error
    })
    expect([error.message, error.outcome, error.transient]).toEqual(['PostgreSQL refused: 40P01', 'not-executed', true])
    const states = await applyAll(
      database.store,
      ids.map((id) => takeOf(id, { cost: 0 })),
    )
    expect(states.map(({ windows }) => windows[0]?.used)).toEqual([1, 1, 1])
  })
})

test.each(['repeatable read', 'serializable'])(
  'under %s by default, conflicts are not executed, and counts stay exact',
  async (level) => {
    const { database } = context
    const pool = new Pool({
      connectionString: database.server.url,
      options: `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`,
    })
    onTestFinished(() => pool.end())
    const store = new PostgresStore(pool)
    const id = `isolated-${level.length}`
    let admitted = 0
    const refused: StoreError[] = []
    await Promise.all(
      range(8).map(async () => {
        for (const _ of range(50)) {
          const applied = applyAll(store, [takeOf(id, { limit: 100 })])
          await applied.then(
            ([reply]) => (admitted += reply?.timesTaken ?? 0),
            (error: StoreError) => refused.push(error),
          )
        }
      }),
    )
    const told = refused.map(({ message, transient }) => `${message}, ${transient}`)
    expect(told.filter((each) => each !== 'PostgreSQL refused: 40001, true')).toEqual([])
    const [state] = await applyAll(database.store, [takeOf(id, { cost: 0, limit: 100 })])
    expect(admitted).toBe(state?.windows[0]?.used)
    expect(admitted).toBeLessThanOrEqual(100)
  },
)

/** Any order, always the same for a seed. */
function hash(text: string): number {
  let value = 7
  for (const char of text) value = (value * 31 + char.charCodeAt(0)) % 1_000_003
  return value
}
