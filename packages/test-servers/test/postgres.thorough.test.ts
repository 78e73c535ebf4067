import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { startPgBouncer, startPostgres } from '@rl/test-servers'
import { Client } from 'pg'
import { expect, test } from 'vitest'

/** The only value of a statement's only row. */
async function onlyValue(url: string, text: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query(text)
    return rows[0] === undefined ? undefined : Object.values(rows[0])[0]
  } finally {
    await client.end()
  }
}

test('a PostgreSQL, with settings, not as root; killed, its files stay; stopped, they go', async () => {
  const server = await startPostgres({ settings: { deadlock_timeout: '77ms' } })
  const folder = String(await onlyValue(server.url, "SELECT current_setting('data_directory')"))
  expect(await onlyValue(server.url, "SELECT current_setting('deadlock_timeout')")).toBe('77ms')
  const [pid] = (await readFile(`${folder}/postmaster.pid`, 'utf8')).split('\n')
  if (process.platform === 'linux') {
    expect(/^Uid:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]).not.toBe('0')
  }
  await onlyValue(server.url, 'CREATE TABLE kept AS SELECT 42')
  await server.kill()
  await expect(onlyValue(server.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
  await server.restart()
  expect(await onlyValue(server.url, 'TABLE kept')).toBe(42)
  await server.stop()
  await server.stop()
  expect(existsSync(folder)).toBe(false)
})

test('a pause, and a PgBouncer in front', async () => {
  const server = await startPostgres()
  const bouncer = await startPgBouncer(server)
  await server.pause()
  let answered = false
  const answer = onlyValue(bouncer.url, 'SELECT 7').finally(() => {
    answered = true
  })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(answered).toBe(false)
  await server.resume()
  expect(await answer).toBe(7)
  await bouncer.stop()
  await server.stop()
})

test('a setting that it does not know is told with its own words', async () => {
  await expect(startPostgres({ settings: { no_such_setting: 1 } })).rejects.toThrow('no_such_setting')
})
