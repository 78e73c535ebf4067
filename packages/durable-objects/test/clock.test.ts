import type { Reply, TakeReply, Window } from '@rl/core'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { take } from './support/operations.ts'
import { TestWorker } from './support/start-worker.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const windows: readonly Window[] = [{ limit: 2, windowMs: MINUTE_MS, anchor: 'epoch' }]

let worker: TestWorker
beforeAll(async () => {
  worker = await TestWorker.start()
})
afterAll(() => worker.stop())

/** An object on another machine, whose clock is right: the one before was ahead. */
beforeEach(async () => {
  await worker.kill()
  await worker.launch()
})

async function ask(name: string, id: string, cost = 1): Promise<TakeReply> {
  const store = worker.client.store({ shards: 1, name })
  const [reply] = await store.apply([take(id, { windows, costs: [cost] })])
  return taken(reply)
}

function taken(reply: Reply | Error | undefined): TakeReply {
  if (reply === undefined || !('timesTaken' in reply)) throw reply
  return reply
}

async function moveToClockBehind(): Promise<void> {
  await worker.kill()
  await worker.launch()
}

it('time goes on from what was stored, where the clock of the next machine is behind', async () => {
  await ask('behind', 'ann', 0) // the object is made, at this time
  await worker.client.moveClock(10 * MINUTE_MS)
  const before = await ask('behind', 'ann', 2)
  await moveToClockBehind()
  const after = await ask('behind', 'ann')
  expect(after).toMatchObject({ timesTaken: 0, windows: before.windows })
  expect(after.now).toBeGreaterThanOrEqual(before.now)
  const other = await ask('behind', 'bob')
  expect(other.now).toBeGreaterThanOrEqual(after.now)
})

it('time does not go back while an object stays in memory', async () => {
  await worker.client.moveClock(10 * MINUTE_MS)
  const before = await ask('jump', 'ann', 0)
  await worker.client.moveClock(-10 * MINUTE_MS)
  expect((await ask('jump', 'bob', 0)).now).toBeGreaterThanOrEqual(before.now)
})

it('a counter that was removed is not open again, where the clock of the next machine is behind', async () => {
  const before = await ask('removed', 'ann', 2)
  await worker.client.moveClock(2 * MINUTE_MS)
  await worker.client.ask('removed:0', { do: 'sweep' })
  expect(await stored('removed')).toEqual([])
  await moveToClockBehind()
  const after = await ask('removed', 'ann')
  expect(after.windows[0]?.resetAt).toBeGreaterThan(before.windows[0]?.resetAt ?? 0)
})

it('a stored time that is hours ahead is not believed, and locks nobody out', async () => {
  await worker.client.moveClock(5 * HOUR_MS)
  await ask('hours', 'ann', 2)
  await worker.client.ask('hours:0', { do: 'sweep' })
  await moveToClockBehind()
  const denied = await ask('hours', 'ann')
  expect(denied.timesTaken).toBe(0)
  expect(denied.windows[0]?.resetAt).toBeLessThanOrEqual(denied.now + MINUTE_MS)
  await worker.client.moveClock(MINUTE_MS)
  expect(await ask('hours', 'ann')).toMatchObject({ timesTaken: 1, windows: [{ used: 1 }] })
})

it('the alarm removes what has ended, and comes again while anything is left', async () => {
  const { client } = worker
  const store = client.store({ shards: 1, name: 'alarm' })
  const long = { limit: 9, windowMs: 3 * HOUR_MS, anchor: 'first-hit' } as const
  const ids = Array.from({ length: 20 }, (_, i) => `user-${i}`)
  const start = taken((await store.apply(ids.map((id) => take(id, { windows }))))[0]).now
  await store.apply([take('long', { windows: [long] })])
  const alarm = await client.ask<number>('alarm:0', { do: 'alarm' })
  expect(alarm).toBeGreaterThanOrEqual(start + MINUTE_MS - 1000)
  expect(alarm).toBeLessThanOrEqual(start + 2 * MINUTE_MS)

  await client.moveClock(MINUTE_MS)
  await client.bill('alarm:0')
  await client.ask('alarm:0', { do: 'ring' })
  await expect.poll(() => stored('alarm')).toEqual(['api:long'])
  // 20 rows removed, and the object's own written.
  expect(await client.bill('alarm:0')).toEqual({ requests: 0, read: 22, written: 21, alarmsSet: 1 })

  await client.moveClock(3 * HOUR_MS)
  await client.ask('alarm:0', { do: 'sweep' })
  expect(await stored('alarm')).toEqual([])
  expect((await client.bill('alarm:0')).alarmsSet).toBe(0)
})

/** Keys of the rows that an object has, but its own. */
async function stored(name: string): Promise<readonly unknown[]> {
  const rows = await worker.client.sql(`${name}:0`, "SELECT key FROM counters WHERE key != '' ORDER BY key")
  return rows.map(({ key }) => key)
}
