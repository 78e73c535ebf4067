import { OptionError } from '@rl/core'
import { describeValue } from '@rl/core/check'
import { toStoreError } from './failure.ts'

interface Rows {
  readonly rows: readonly object[]
}

/** The part of a `pg` 8 client that is called: of a `Client`, or of one from a pool. */
export interface PgClient {
  query(text: string): Promise<Rows>
}

interface PooledClient extends PgClient {
  on(event: 'error', listener: () => void): unknown
  off(event: 'error', listener: () => void): unknown
  release(destroy?: boolean): void
}

/** The slice of a `pg` 8 `Pool` that is called. */
export interface PgPool {
  readonly totalCount: number
  connect(callback: (error: Error | undefined, client: PooledClient | undefined) => void): void
}

/** The slice of `postgres` 3 that is called: of the `sql` that `postgres()` returns. */
export interface PostgresSql {
  unsafe(text: string): PromiseLike<readonly object[]>
}

/** A client that a store works with: a `Pool` or `Client` of `pg` 8, or the `sql` of `postgres` 3. */
export type PostgresClient = PgPool | PgClient | PostgresSql

/** Sends statements by one kind of client. */
export interface Sender {
  /** The store's name in events. */
  readonly label: string
  /** How many statements may run at once. */
  readonly parallelism: number
  /** The rows of one statement, sent as one message; or of the last of several. Rejects with a `StoreError`. */
  send(text: string): Promise<readonly object[]>
}

const EXPECTED = 'a Pool or Client of pg 8 or the sql of postgres 3'

/** @throws {OptionError} for anything else than the clients that a store works with. */
export function senderOf(client: PostgresClient): Sender {
  if (hasMethod(client, 'unsafe'))
    return { label: 'postgres', parallelism: POOLED, send: (text) => bySql(client as PostgresSql, text) }
  if (hasMethod(client, 'connect') && typeof (client as { totalCount?: unknown }).totalCount === 'number') {
    return { label: 'pg', parallelism: POOLED, send: (text) => byPool(client as PgPool, text) }
  }
  if (hasMethod(client, 'query'))
    return { label: 'pg', parallelism: 1, send: (text) => byClient(client as PgClient, text) }
  // A URL holds a password.
  throw new OptionError('client', EXPECTED, typeof client === 'string' ? 'a string' : describeValue(client))
}

/** Statements under way at once, on as many connections. */
const POOLED = 2

async function byPool(pool: PgPool, text: string): Promise<readonly object[]> {
  const client = await connected(pool)
  let destroy = false
  try {
    return (await client.query(text)).rows
  } catch (error) {
    const failure = toStoreError(error)
    destroy = failure.outcome === 'unknown'
    throw failure
  } finally {
    client.release(destroy)
    client.off('error', ignore)
  }
}

/**
 * A client of the pool, with an error listener: a connection that is lost in use is also an event, and one without a listener ends the process.
 * Not by the promise of `connect`: the event may come before a promise's continuation runs.
 */
function connected(pool: PgPool): Promise<PooledClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (client === undefined) return reject(toStoreError(error, true))
      client.on('error', ignore)
      resolve(client)
    })
  })
}

function ignore(): void {}

async function byClient(client: PgClient, text: string): Promise<readonly object[]> {
  try {
    return (await client.query(text)).rows
  } catch (error) {
    throw toStoreError(error)
  }
}

async function bySql(sql: PostgresSql, text: string): Promise<readonly object[]> {
  try {
    return await sql.unsafe(text)
  } catch (error) {
    throw toStoreError(error)
  }
}

function hasMethod(value: unknown, name: string): boolean {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && typeof (value as Record<string, unknown>)[name] === 'function'
}
