import { OptionError } from '@rl/core'
import { Client, Pool } from 'pg'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createTables, type PostgresClient, PostgresStore, tablesSql } from '../src/index.ts'

const client = { query: async () => ({ rows: [] }) }

test('all clients are told apart', async () => {
  const sql = postgres('postgres://127.0.0.1:1')
  const kinds: [PostgresClient, string, number][] = [
    [new Pool(), 'pg', 2],
    [new Client(), 'pg', 1],
    [sql, 'postgres', 2],
    [client, 'pg', 1],
  ]
  for (const [each, label, parallelism] of kinds) {
    expect(new PostgresStore(each).capabilities).toMatchObject({ label, parallelism })
  }
  await sql.end()
})

test.each<[unknown, string]>([
  ['postgres://user:password@host', 'a string'],
  [undefined, 'undefined'],
  [Promise.resolve(client), 'a promise (await it first)'],
  [{}, 'a plain object'],
  [postgres, 'a function'],
])('%s is no client', (given, received) => {
  const make = (): unknown => new PostgresStore(given as PostgresClient)
  expect(make).toThrow(OptionError)
  expect(make).toThrow(received)
  expect(make).not.toThrow('password')
})

test.each(['', 'a b', 'a.b.c', '1a', 'a"; DROP TABLE x; --', 'ä', 'x'.repeat(41), 7, '.a', 'a.'])(
  '%j is no table',
  (table) => {
    expect(() => new PostgresStore(client, { table: table as string })).toThrow(/^table must be/)
    expect(() => tablesSql({ table: table as string })).toThrow(/^table must be/)
  },
)

test('other options', async () => {
  expect(() => new PostgresStore(client, { label: '' })).toThrow(/^label must be/)
  expect(() => new PostgresStore(client, JSON.parse('{ "tables": "a" }'))).toThrow('did you mean table?')
  await expect(createTables(client, { unlogged: 1 as never })).rejects.toThrow('unlogged must be true or false')
  expect(new PostgresStore(client, { label: 'mine' }).capabilities.label).toBe('mine')
})

test('stores over one client and table share their commands', () => {
  const of = (table?: string, by: PostgresClient = client) => new PostgresStore(by, { table }).capabilities.sharedBy
  expect(of()).toBe(of('rate_limits'))
  expect(of()).not.toBe(of('other'))
  expect(of()).not.toBe(of(undefined, { ...client }))
})
