import { StoreError } from '@rl/core'
import { startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Adapter, takeOf, window } from './support.ts'

let adapter: Adapter

beforeAll(async () => {
  adapter = await Adapter.start()
})
afterAll(() => adapter.stop())

const FIVE = Array.from({ length: 5 }, (_, i) => window(10, 'epoch', 2 ** (36 + i)))
const LIST = Array.from({ length: 20 }, (_, i) => takeOf(`secret${i}`, FIVE))

async function refusal(of: Adapter): Promise<StoreError> {
  const error: unknown = await of.store.apply(LIST).then(
    () => undefined,
    (reason) => reason,
  )
  if (!(error instanceof StoreError)) throw new Error(`${error} is no StoreError`)
  const cause = error.cause instanceof Error ? error.cause : new Error('no cause')
  const all = [error, cause].flatMap((each) => [each.message, each.stack, JSON.stringify(each)]).join('\n')
  expect(all).not.toContain('secret')
  return error
}

// Each refusal claims that nothing ran: so it is, on a real server.
test.each([
  ['OOM', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
  ['NOREPLICAS', ['CONFIG', 'SET', 'min-replicas-to-write', '1'], ['CONFIG', 'SET', 'min-replicas-to-write', '0']],
  ['READONLY', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
  ['NOPERM', ['ACL', 'SETUSER', 'default', '-evalsha'], ['ACL', 'SETUSER', 'default', '+@all']],
])('%s: nothing ran', async (code, on, off) => {
  await adapter.redis.flushall()
  await adapter.take(takeOf('warm-up', FIVE))
  const before = await adapter.redis.dbsize()
  await adapter.server.command(...on)
  try {
    expect(await refusal(adapter)).toMatchObject({ outcome: 'not-executed', message: `Redis refused: ${code}` })
  } finally {
    await adapter.server.command(...off)
  }
  expect(await adapter.redis.dbsize()).toBe(before)
  expect(await adapter.take(...LIST)).toHaveLength(20)
})

test('a server that is gone may have run it', async () => {
  const gone = new Adapter(await startRedis())
  try {
    await gone.take(takeOf('warm-up', FIVE))
    gone.server.pause()
    const answer = refusal(gone)
    await gone.server.kill()
    expect(await answer).toMatchObject({ outcome: 'unknown' })
    expect(await refusal(gone)).toMatchObject({ outcome: 'unknown' })
  } finally {
    await gone.stop()
  }
})
