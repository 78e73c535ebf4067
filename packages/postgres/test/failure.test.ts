import { EventEmitter } from 'node:events'
import { type Operation, StoreError } from '@rl/core'
import { expect, test } from 'vitest'
import { type PgPool, PostgresStore } from '../src/index.ts'
import { takeOf } from './database.ts'

/** The error of a call whose client fails with this one. */
async function failureOf(error: unknown): Promise<StoreError> {
  const store = new PostgresStore({ query: () => Promise.reject(error) })
  const failed = await store.apply([takeOf('secret-id')]).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(failed).toBeInstanceOf(StoreError)
  return failed as StoreError
}

function withCode(code: string, more: object = {}): Error {
  return Object.assign(new Error('as the client says it'), { code, ...more })
}

test.each([
  ...['40001', '40P01', '55P03', '53300', '57P01', '57P03'].map((code) => [code, true] as const),
  ...['22003', '23505', '25006', '42501', '42P01', '42883', '53200', '54001', '57014', 'P0001'].map(
    (code) => [code, false] as const,
  ),
])('%s is rolled back: not executed; transient: %s', async (code, transient) => {
  expect(await failureOf(withCode(code))).toMatchObject({ outcome: 'not-executed', transient })
})

test.each([
  '08006',
  '08P01',
  '40003',
  '53100',
  '57P02',
  '57P04',
  '57P05',
  '58030',
  'XX000',
  'F0000',
  'ECONNRESET',
  'CONNECTION_CLOSED',
])('%s proves nothing', async (code) => {
  expect(await failureOf(withCode(code))).toMatchObject({ outcome: 'unknown', transient: false })
})

test.each([
  withCode('EHOSTUNREACH', { syscall: 'connect' }),
  Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
  withCode('ENOTFOUND', { syscall: 'getaddrinfo' }),
  withCode('CONNECT_TIMEOUT'),
  withCode('CONNECTION_ENDED'),
  new Error('Client was closed and is not queryable'),
  new Error('Client has encountered a connection error and is not queryable'),
])('what was never sent was not executed: %s', async (error) => {
  expect(await failureOf(error)).toMatchObject({ outcome: 'not-executed', transient: true })
})

test('of a pool, all that fails before there is a connection', async () => {
  const pool = poolOf(new Error('timeout exceeded when trying to connect'))
  await expect(new PostgresStore(pool).apply([takeOf('id')])).rejects.toMatchObject({
    message: 'there is no connection to PostgreSQL',
    outcome: 'not-executed',
  })
})

test('a connection of a pool whose fate is unknown is not used again', async () => {
  const codes = ['40001', 'ECONNRESET']
  const client = clientOf(() => Promise.reject(withCode(codes[client.released.length] ?? '')))
  const store = new PostgresStore(poolOf(client))
  for (const _ of codes) await store.apply([takeOf('id')]).catch(() => {})
  expect(client.released).toEqual([false, true])
})

test('somebody listens to a connection of a pool from the moment it is handed over until it is given back', async () => {
  const listeners: number[] = []
  const note = () => listeners.push(client.listenerCount('error'))
  const client = clientOf(async () => {
    note()
    throw new Error('lost in use')
  })
  const store = new PostgresStore(poolOf(client, note))
  await expect(store.apply([takeOf('id')])).rejects.toMatchObject({ outcome: 'unknown' })
  note()
  expect(listeners).toEqual([1, 1, 0])
})

/** A client of a pool, as `pg` has them: its `error` event ends the process if nobody listens. */
function clientOf(query: () => Promise<never>) {
  const released: unknown[] = []
  return Object.assign(new EventEmitter(), {
    query,
    released,
    release: (destroy?: boolean) => void released.push(destroy),
  })
}

/** @param then Happens right after the client was handed over, in the same turn. */
function poolOf(given: ReturnType<typeof clientOf> | Error, then = (): unknown => undefined): PgPool {
  return {
    totalCount: 0,
    connect: (callback) => {
      if (given instanceof Error) return callback(given, undefined)
      callback(undefined, given)
      then()
    },
  }
}

test.each(['nothing', undefined, null, 7, Object.assign(new Error(''), { code: 40001 })])(
  '%s in place of an error',
  async (error) => {
    expect(await failureOf(error)).toMatchObject({ outcome: 'unknown', message: 'PostgreSQL did not answer' })
  },
)

test('no error carries an identifier or a statement', async () => {
  const error = Object.assign(new Error('syntax error at or near "secret-id"'), {
    code: '42601',
    detail: 'Key (key)=(api:secret-id) exists.',
    query: "SELECT 'api:secret-id'",
    where: 'SQL statement "secret-id"',
  })
  const failure = await failureOf(error)
  const told = [failure.message, String(failure.cause), JSON.stringify(failure.cause), failure.stack]
  expect(told.join()).not.toContain('secret-id')
  expect(failure.cause).toMatchObject({ code: '42601' })
})

test.each(['', 'x', '1 | 1:1', '1 | 7:1c', '1 | 1:1c 1:1c', '1| '])(
  'a malformed reply is no answer: %j',
  async (text) => {
    const store = new PostgresStore({ query: async () => ({ rows: [{ reply: text }] }) })
    const clear = { kind: 'clear', scope: 'api', id: 'id', windows: takeOf('id').windows } as const
    await expect(store.apply([clear, clear])).rejects.toMatchObject({ outcome: 'unknown' })
  },
)

test('a row behind an empty place, as postgres has it after a lost connection, is the answer', async () => {
  const rows = Object.assign([], { 1: { reply: '7 | 1:1c' } })
  const store = new PostgresStore({ query: async () => ({ rows }) })
  const clear = { kind: 'clear', scope: 'api', id: 'id', windows: takeOf('id').windows } as const
  expect(await store.apply([clear])).toEqual([{ now: 7 }])
})

test.each<[string, object]>([
  ['a quote in a unit', { windows: [{ limit: 1, windowMs: 1, anchor: 'epoch', unit: "a'); DROP TABLE x; --\\" }] }],
  ['a text for a cost', { costs: ["1}'); DROP TABLE x; --"] }],
  ['a fraction', { times: 1.5 }],
  ['a token with a quote', { kind: 'adjust', windows: [], token: { id: '"}', until: 1 } }],
])('%s never becomes a part of a statement', async (_, change) => {
  const sent: string[] = []
  const store = new PostgresStore({ query: async (text) => ({ rows: [{ reply: sent.push(text) }] }) })
  const applied = store.apply([{ ...takeOf('id'), ...change } as Operation])
  await expect(applied).rejects.toMatchObject({
    outcome: 'not-executed',
    message: expect.stringContaining('malformed'),
  })
  expect(sent).toEqual([])
})

test('apostrophes of identifiers are doubled', async () => {
  const sent: string[] = []
  const store = new PostgresStore({ query: async (text) => ({ rows: [{ reply: sent.push(text) }] }) })
  await store.apply([takeOf("o'neil")]).catch(() => {})
  expect(sent[0]).toContain(`'{"api:o''neil"}'`)
})
