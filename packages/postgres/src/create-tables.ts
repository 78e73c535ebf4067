import { type PostgresClient, senderOf } from './clients.ts'
import { type CreateOptions, parseCreateOptions } from './options.ts'
import { createStatement } from './sql/tables.ts'

/**
 * Makes the tables and the function that a `PostgresStore` needs. Existing tables stay as they are, so every process may call
 * this when it starts, also all at once.
 *
 * @throws {OptionError} for a wrong client, and a bad or unknown option.
 * @throws {StoreError} if the database refuses, for example where the user may not create tables.
 * @example await createTables(pool, { unlogged: true })
 */
export async function createTables(client: PostgresClient, options: CreateOptions = {}): Promise<void> {
  await senderOf(client).send(tablesSql(options))
}

/**
 * The statement that {@link createTables} sends: for a migration, or to be read.
 *
 * @throws {OptionError} for a bad or unknown option.
 * @example console.log(tablesSql({ table: 'limits.api' }))
 */
export function tablesSql(options: CreateOptions = {}): string {
  const { names, unlogged } = parseCreateOptions(options)
  return createStatement(names, unlogged)
}
