import type { Capabilities, CounterStore, Operation, Reply } from '@rl/core'
import { type PostgresClient, type Sender, senderOf } from './clients.ts'
import { decode } from './codec/decode.ts'
import { encode } from './codec/encode.ts'
import { type PostgresStoreOptions, parseStoreOptions } from './options.ts'
import { sharedBy } from './shared-by.ts'

/**
 * Counters in PostgreSQL 12 or later, through `pg` or `postgres`. The client stays yours: connect, configure and close it as
 * you like. The table is made by {@link createTables}.
 *
 * Each list of operations is one statement, sent without being prepared, so that PgBouncer may stand between.
 *
 * @example
 * const pool = new Pool({ connectionString: process.env.DATABASE_URL })
 * await createTables(pool)
 * const limiter = new FixedWindowRateLimiter({ name: 'api', store: new PostgresStore(pool), limit: 100, window: '1m' })
 */
export class PostgresStore implements CounterStore {
  readonly capabilities: Capabilities
  readonly #sender: Sender
  readonly #call: string

  /** @throws {OptionError} for a wrong client, and a bad or unknown option. */
  constructor(client: PostgresClient, options: PostgresStoreOptions = {}) {
    const { names, label } = parseStoreOptions(options)
    this.#sender = senderOf(client)
    this.#call = `SELECT ${names.apply}`
    const { parallelism } = this.#sender
    this.capabilities = { parallelism, sharedBy: sharedBy(client, names.table), label: label ?? this.#sender.label }
  }

  async apply(operations: readonly Operation[]): Promise<readonly (Reply | Error)[]> {
    if (operations.length === 0) return []
    const { text, places } = encode(operations)
    const rows = await this.#sender.send(`${this.#call}(${text})`)
    // The last: in `postgres`, the place of a row that a lost connection had begun with stays empty in the next result.
    return decode(operations, places, Object.values(rows.at(-1) ?? {})[0])
  }
}
