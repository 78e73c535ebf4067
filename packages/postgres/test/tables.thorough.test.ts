import { StoreError } from '@rl/core'
import { Client, Pool } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTables, PostgresStore, tablesSql } from '../src/index.ts'
import { applyAll, range, takeOf, useDatabase } from './database.ts'

const context = useDatabase()

function persistence(table: string): Promise<unknown> {
  return context.database.value('SELECT relpersistence FROM pg_class WHERE oid = $1::regclass', [table])
}

describe('createTables', () => {
  test('by many processes at once, again, and while calls are made', async () => {
    const { pool, server } = context.database
    const table = 'made_at_once'
    const pools = range(8).map(() => new Pool({ connectionString: server.url }))
    onTestFinished(async () => void (await Promise.all(pools.map((each) => each.end()))))
    await Promise.all(pools.map((each) => createTables(each, { table })))
    const store = new PostgresStore(pool, { table })
    const calls = range(50).map(() => applyAll(store, [takeOf('id', { limit: 100 })]))
    await Promise.all([...calls, createTables(pool, { table }), createTables(pool, { table })])
    const [reply] = await applyAll(store, [takeOf('id', { limit: 100 })])
    expect(reply?.windows[0]?.used).toBe(51)
  })

  test('makes logged tables, or unlogged ones', async () => {
    const { pool } = context.database
    await createTables(pool, { table: 'unlogged_ones', unlogged: true })
    expect(await persistence('rate_limits')).toBe('p')
    expect(await persistence('unlogged_ones')).toBe('u')
    expect(await persistence('unlogged_ones_tokens')).toBe('u')
    const [reply] = await applyAll(new PostgresStore(pool, { table: 'unlogged_ones' }), [takeOf('id')])
    expect(reply?.timesTaken).toBe(1)
  })

  test('in a schema, beside a table of the same name in another', async () => {
    const { pool } = context.database
    await pool.query('CREATE SCHEMA "Limits"')
    await createTables(pool, { table: 'Limits.rate_limits' })
    const stores = [new PostgresStore(pool), new PostgresStore(pool, { table: 'Limits.rate_limits' })]
    for (const store of stores) {
      const [reply] = await applyAll(store, [takeOf('schemas')])
      expect(reply?.windows[0]?.used).toBe(1)
    }
  })
})

test('the text of tablesSql does what createTables does', async () => {
  const { pool } = context.database
  await pool.query(tablesSql({ table: 'by_text', unlogged: true }))
  const [reply] = await applyAll(new PostgresStore(pool, { table: 'by_text' }), [takeOf('id')])
  expect(reply?.timesTaken).toBe(1)
})

test('without the tables, a call says what is missing, and was not executed', async () => {
  const failed = new PostgresStore(context.database.pool, { table: 'missing' }).apply([takeOf('id')])
  await expect(failed).rejects.toMatchObject({
    message: 'PostgreSQL refused: 42883 (call createTables first)',
    outcome: 'not-executed',
    transient: false,
  })
})

test('the rights that a user needs are those on two tables and a function', async () => {
  const { pool, server } = context.database
  await pool.query(`CREATE USER app; REVOKE EXECUTE ON FUNCTION rate_limits_apply_1 FROM PUBLIC`)
  const client = new Client({ connectionString: server.url.replace('postgres@', 'app@') })
  await client.connect()
  onTestFinished(() => client.end())
  const store = new PostgresStore(client)
  await expect(store.apply([takeOf('rights')])).rejects.toMatchObject({ message: 'PostgreSQL refused: 42501' })
  await pool.query('GRANT EXECUTE ON FUNCTION rate_limits_apply_1 TO app')
  await pool.query('GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limits, rate_limits_tokens TO app')
  const [reply] = await applyAll(store, [takeOf('rights')])
  expect(reply?.timesTaken).toBe(1)
  await expect(createTables(client, { table: 'of_app' })).rejects.toBeInstanceOf(StoreError)
})
