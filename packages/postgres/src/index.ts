export type { PgClient, PgPool, PostgresClient, PostgresSql } from './clients.ts'
export { createTables, tablesSql } from './create-tables.ts'
export type { CreateOptions, PostgresStoreOptions, TableOptions } from './options.ts'
export { PostgresStore } from './store.ts'
