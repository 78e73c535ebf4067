import type { CounterStore, Take, TakeReply } from '@rl/core'
import { type PostgresServer, startPostgres } from '@rl/test-servers'
import { Pool, type PoolClient } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { createTables, PostgresStore } from '../src/index.ts'

/** A PostgreSQL of a test file, with the tables, a pool and a store. */
export class Database {
  readonly server: PostgresServer
  readonly pool: Pool
  readonly store: PostgresStore

  private constructor(server: PostgresServer) {
    this.server = server
    this.pool = new Pool({ connectionString: server.url })
    this.store = new PostgresStore(this.pool)
  }

  static async start(settings: Readonly<Record<string, string | number>> = {}): Promise<Database> {
    const database = new Database(await startPostgres({ settings }))
    await createTables(database.pool)
    return database
  }

  /** The only value of the only row. */
  async value(text: string, values: readonly unknown[] = []): Promise<unknown> {
    const { rows } = await this.pool.query(text, [...values])
    return Object.values(rows[0])[0]
  }

  /** Runs something while a transaction of somebody else is open, and ends that. */
  async during<T>(statement: string, run: (other: PoolClient) => Promise<T>): Promise<T> {
    const other = await this.pool.connect()
    try {
      await other.query('BEGIN')
      await other.query(statement)
      return await run(other)
    } finally {
      await other.query('ROLLBACK')
      other.release()
    }
  }

  async stop(): Promise<void> {
    await this.pool.end()
    await this.server.stop()
  }
}

/** Starts a database before the tests of a file, and stops it after them. */
export function useDatabase(settings?: Readonly<Record<string, string | number>>): { readonly database: Database } {
  let database: Database | undefined
  beforeAll(async () => {
    database = await Database.start(settings)
  })
  afterAll(() => database?.stop())
  return {
    get database() {
      if (database === undefined) throw new Error('the database has not been started')
      return database
    },
  }
}

const DAY = 86_400_000

/** A take of one unit from a day's window, unless said otherwise. */
export function takeOf(id: string, { limit = 10, windowMs = DAY, cost = 1, times = 1 } = {}): Take {
  const windows = [{ limit, windowMs, anchor: 'epoch' as const }]
  return { kind: 'take', scope: 'api', id, windows, costs: [cost], times }
}

export async function applyAll(store: CounterStore, takes: readonly Take[]): Promise<readonly TakeReply[]> {
  const replies = await store.apply(takes)
  return replies.map((reply) => {
    if (reply instanceof Error) throw reply
    return reply as TakeReply
  })
}

/** The numbers 0 to `count - 1`. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i)
}
