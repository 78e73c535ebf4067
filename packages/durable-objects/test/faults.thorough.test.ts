import { setTimeout as sleep } from 'node:timers/promises'
import type { Reply } from '@rl/core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY, take } from './support/operations.ts'
import { TestWorker } from './support/start-worker.ts'

const IDS = ['ann', 'bob', 'cid', 'dan', 'eve']
const LIMIT = 2000

let worker: TestWorker
beforeAll(async () => {
  worker = await TestWorker.start()
})
afterAll(() => worker.stop())

/** Calls that were admitted, and calls that may have been charged besides. */
interface Tally {
  admitted: number
  unknown: number
}

/** Calls of a limiter in the Worker, by many at once, until told to stop. */
function storm(name: string): { readonly tallies: ReadonlyMap<string, Tally>; stop(): Promise<void> } {
  const limiter = { name: 'storm', limit: LIMIT, window: DAY.windowMs, anchor: DAY.anchor, deadlineMs: 20_000 }
  const tallies = new Map(IDS.map((id): [string, Tally] => [id, { admitted: 0, unknown: 0 }]))
  let isOn = true
  const call = async (i: number): Promise<void> => {
    for (let round = i; isOn; round++) {
      const id = IDS[round % IDS.length] ?? ''
      const tally = tallies.get(id) ?? { admitted: 0, unknown: 0 }
      try {
        const [decision] = await worker.client.limit({ options: { shards: 2, name }, limiter, ids: [id] })
        if (decision === undefined || 'failed' in decision) tally.unknown += decision?.outcome === 'unknown' ? 1 : 0
        else if ('allowed' in decision && decision.allowed) tally.admitted++
      } catch {
        tally.unknown++ // workerd was killed, or is not back yet
        await sleep(5)
      }
    }
  }
  const calls = Array.from({ length: 30 }, (_, i) => call(i))
  return {
    tallies,
    stop: async () => {
      isOn = false
      await Promise.all(calls)
    },
  }
}

async function expectAtMostOnce(name: string, tallies: ReadonlyMap<string, Tally>): Promise<void> {
  const store = worker.client.store({ shards: 2, name })
  for (const [id, { admitted, unknown }] of tallies) {
    const [reply] = await store.apply([{ ...take(id, { limit: LIMIT, costs: [0] }), scope: 'storm' }])
    const used = usedOf(reply)
    expect(used, id).toBeGreaterThanOrEqual(admitted)
    expect(used, id).toBeLessThanOrEqual(Math.min(admitted + unknown, LIMIT))
    expect(admitted, id).toBeGreaterThan(0)
  }
}

function usedOf(reply: Reply | Error | undefined): number {
  if (reply === undefined || !('timesTaken' in reply)) throw reply
  return reply.windows[0]?.used ?? 0
}

it('workerd killed again and again in mid-call: each call counts once, or not at all where the outcome is unknown', async () => {
  const { tallies, stop } = storm('killed')
  for (let round = 0; round < 6; round++) {
    await sleep(300 + 40 * round)
    await worker.kill()
    await worker.launch()
  }
  await sleep(300)
  await stop()
  await expectAtMostOnce('killed', tallies)
})

it('objects reset again and again in mid-call: each call counts once, or not at all where the outcome is unknown', async () => {
  const { tallies, stop } = storm('reset')
  for (let round = 0; round < 20; round++) {
    await sleep(60)
    // The order itself may be lost in the reset before.
    await worker.client.ask(`reset:${round % 2}`, { do: 'die in the next call' }).catch(() => undefined)
  }
  await sleep(300)
  await stop()
  const all = [...tallies.values()]
  expect(all.reduce((sum, { unknown }) => sum + unknown, 0)).toBeGreaterThan(0)
  await expectAtMostOnce('reset', tallies)
})

it('an object that was evicted, as it was idle, counts on', async () => {
  const { client } = worker
  const store = client.store({ shards: 1, name: 'idle' })
  await store.apply([take('ann')])
  for (let used = 2; ; used++) {
    await client.bill('idle:0')
    await sleep(12_000) // workerd evicts after 10 s, if it is not too busy
    expect(usedOf((await store.apply([take('ann')]))[0])).toBe(used)
    const { read } = await client.bill('idle:0')
    if (read === 2) break // its own row was read anew
    expect([read, used]).toEqual([1, expect.toSatisfy((tries: number) => tries < 5)])
  }
})
