import { type PgBouncer, startPgBouncer } from '@rl/test-servers'
import { Pool } from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTables, type PostgresClient, PostgresStore } from '../src/index.ts'
import { applyAll, range, takeOf, useDatabase } from './database.ts'

const context = useDatabase()
let bouncer: PgBouncer
beforeAll(async () => {
  bouncer = await startPgBouncer(context.database.server)
})
afterAll(() => bouncer?.stop())

test.each<[string, (url: string) => { client: PostgresClient; close: () => Promise<void> }]>([
  ['pg', (url) => opened(new Pool({ connectionString: url }))],
  ['postgres', (url) => opened(postgres(url, { prepare: false, fetch_types: false }))],
])(
  '%s through PgBouncer in transaction mode: statements of many connections on three of the server',
  async (name, open) => {
    const clients = range(6).map(() => open(bouncer.url))
    const stores = clients.map(({ client }) => new PostgresStore(client))
    for (const { client } of clients) await createTables(client)
    let admitted = 0
    await Promise.all(
      stores.flatMap((store) =>
        range(4).map(async (worker) => {
          for (const round of range(10)) {
            const others = range(20).map((i) => takeOf(`${name}-${worker}-${round}-${i}`))
            const [reply] = await applyAll(store, [takeOf(name, { limit: 100 }), ...others])
            admitted += reply?.timesTaken ?? 0
          }
        }),
      ),
    )
    expect(admitted).toBe(100)
    const prepared = await context.database.value('SELECT count(*)::int FROM pg_prepared_statements')
    expect(prepared).toBe(0)
    await Promise.all(clients.map(({ close }) => close()))
  },
)

function opened(client: PostgresClient & { end(): Promise<void> }): {
  client: PostgresClient
  close: () => Promise<void>
} {
  return { client, close: () => client.end() }
}
