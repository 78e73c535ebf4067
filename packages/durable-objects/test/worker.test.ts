import { type CounterStore, type Reply, StoreError, type TakeReply } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { shardOf } from '../src/store/shard-of.ts'
import { DAY, take } from './support/operations.ts'
import { TestWorker } from './support/start-worker.ts'

let worker: TestWorker
let store: CounterStore
beforeAll(async () => {
  worker = await TestWorker.start()
  store = worker.client.store({ shards: 1 })
})
afterAll(() => worker.stop())

/** Of a name that no other test uses. */
const one = (name: string) => ({ shards: 1, name })

describe('billing', () => {
  it('a denied take reads a row and writes none, an admitted one writes one', async () => {
    const { client } = worker
    const own = client.store(one('bill'))
    await own.apply([take('warm-up')])
    await client.bill('bill:0')
    const bills = []
    for (const cost of [1, 1, 5, 0]) {
      await own.apply([take('ann', { limit: 2, costs: [cost] })])
      bills.push(await client.bill('bill:0'))
    }
    expect(bills).toEqual([
      { requests: 1, read: 0, written: 1, alarmsSet: 0 }, // the first
      { requests: 1, read: 1, written: 1, alarmsSet: 0 },
      { requests: 1, read: 1, written: 0, alarmsSet: 0 }, // denied
      { requests: 1, read: 1, written: 0, alarmsSet: 0 }, // a read
    ])
  })

  it('several windows are one row, and so are all operations of an identifier in a list', async () => {
    const { client } = worker
    const own = client.store(one('bill'))
    const several = take('several', { windows: [1, 2, 3].map((days) => ({ ...DAY, windowMs: days * DAY.windowMs })) })
    await own.apply([{ ...several, costs: [1, 1, 1] }])
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 0, written: 1 })
    await own.apply(Array.from({ length: 10 }, () => take('hot', { limit: 5 })))
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 0, written: 1 })
    await own.apply(Array.from({ length: 50 }, (_, i) => take(`user-${i}`)))
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 0, written: 50 })
  })

  it('a token is a row beside that of its counters', async () => {
    const { client } = worker
    const own = client.store(one('bill'))
    const taken = (await own.apply([take('bob')]))[0] as TakeReply
    const adjustment = {
      ...({ kind: 'adjust', scope: 'api', id: 'bob' } as const),
      windows: [{ ...DAY, ...(taken.windows[0] as TakeReply['windows'][0]), change: 2 }],
    }
    await client.bill('bill:0')
    await own.apply([adjustment])
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 1, written: 1 })
    const tokened = { ...adjustment, token: { id: 'token', until: taken.now + 60_000 } }
    await own.apply([tokened])
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 1, written: 2 })
    expect(await own.apply([tokened])).toMatchObject([{ repeated: true }])
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 2, written: 0 })
    await own.apply([{ kind: 'clear', scope: 'api', id: 'bob', windows: [DAY] }])
    expect(await client.bill('bill:0')).toMatchObject({ requests: 1, read: 1, written: 1 })
  })

  it('a new object writes its table, its own row and its alarm once', async () => {
    const { client } = worker
    const own = client.store(one('new'))
    await own.apply([take('ann')])
    expect(await client.bill('new:0')).toEqual({ requests: 1, read: 1, written: 2 + 1 + 1, alarmsSet: 1 })
    await own.apply([take('bob')])
    expect(await client.bill('new:0')).toEqual({ requests: 1, read: 0, written: 1, alarmsSet: 0 })
  })

  it('a list is one request to each object that it is about', async () => {
    const { client } = worker
    const options = { shards: 4, name: 'lists' }
    const own = client.store(options)
    const takes = Array.from({ length: 64 }, (_, i) => take(`user-${i}`))
    await own.apply(takes)
    const objects = [0, 1, 2, 3].map((shard) => `lists:${shard}`)
    await Promise.all(objects.map((object) => client.bill(object)))
    const replies = await own.apply(takes)
    expect(replies.map((reply) => (reply as TakeReply).windows[0]?.used)).toEqual(takes.map(() => 2))
    for (const [shard, object] of objects.entries()) {
      const rows = takes.filter((each) => shardOf(counterKey(each), 4) === shard).length
      expect(rows).toBeGreaterThan(5)
      expect(await client.bill(object)).toEqual({ requests: 1, read: rows, written: rows, alarmsSet: 0 })
    }
  })
})

it('operations of a list see what those before them did, and an error has its own place', async () => {
  const anchors = ['epoch', 'first-hit'] as const
  const windows = anchors.map((anchor) => ({ limit: 10, windowMs: 10 ** 15, anchor }))
  const both = take('list', { windows, costs: [2, 1] })
  const [first] = await store.apply([both])
  const states = (first as TakeReply).windows
  const adjust = (change: number) => ({
    ...({ kind: 'adjust', scope: 'api', id: 'list' } as const),
    windows: windows.map((window, i) => ({ ...window, ...(states[i] as TakeReply['windows'][0]), change })),
  })
  const replies = await store.apply([
    { ...both, times: 9 },
    both,
    adjust(-4),
    adjust(2 ** 53 - 1),
    { kind: 'clear', scope: 'api', id: 'list', windows },
    adjust(1),
    { ...both, costs: [0, 0] },
  ])
  const show = replies.map((reply) => {
    if (reply instanceof Error) return reply.message
    if ('timesTaken' in reply)
      return [reply.timesTaken, ...reply.windows.map(({ used, generation }) => [used, generation])]
    return 'windows' in reply ? reply.windows : 'cleared'
  })
  expect(show).toEqual([
    [4, [10, 0], [5, 0]],
    [0, [10, 0], [5, 0]],
    [
      { applied: -4, used: 6 },
      { applied: -4, used: 1 },
    ],
    expect.stringContaining('the counter would exceed 2^53-1'),
    'cleared',
    ['ended', 'ended'],
    [1, [0, 1], [0, 0]],
  ])
})

describe('the number of shards', () => {
  it('cannot change: every object refuses a store with another one, also those that are new', async () => {
    const { client } = worker
    const ids = Array.from({ length: 40 }, (_, i) => `user-${i}`)
    const takes = ids.map((id) => take(id))
    expect(await client.store({ shards: 2, name: 'fixed' }).apply(takes)).toMatchObject(
      ids.map(() => ({ timesTaken: 1 })),
    )
    for (const shards of [8, 1]) {
      const replies = await client.store({ shards, name: 'fixed' }).apply(takes)
      for (const reply of replies) expect(reply).toMatchObject({ outcome: 'not-executed' })
      expect(String(replies[0])).toContain(
        `shards must be 2, as the objects were made with, or name must be another, received ${shards}`,
      )
    }
    const after = await client.store({ shards: 2, name: 'fixed' }).apply(takes)
    expect(after).toMatchObject(ids.map(() => ({ windows: [{ used: 2 }] })))
  })
})

describe('an object that dies', () => {
  it('in mid-call leaves the outcome unknown, and the call counted once or not at all', async () => {
    const { client } = worker
    for (const i of [1, 2, 3]) {
      await store.apply([take('dying')])
      const before = usedOf(await store.apply([take('dying', { costs: [0] })]))
      await client.ask('rl:0', { do: 'die in the next call' })
      const [reply] = await store.apply([take('dying')])
      expect(reply).toMatchObject({ outcome: 'unknown' })
      expect(String(reply), `${i}`).toContain('the Durable Object did not answer')
      const after = usedOf(await store.apply([take('dying', { costs: [0] })]))
      expect([before, before + 1]).toContain(after)
    }
  })

  it('without SQLite storage says so in the cause', async () => {
    const [reply] = await worker.client.store({ binding: 'WITHOUT_SQL' }).apply([take('ann')])
    expect(reply).toBeInstanceOf(StoreError)
    expect(reply).toMatchObject({ outcome: 'unknown' })
    expect(String(reply)).toContain('new_sqlite_classes')
  })
})

describe('limiters in a Worker', () => {
  const limiter = { name: 'storm', limit: 50, window: DAY.windowMs, anchor: DAY.anchor, deadlineMs: 30_000 }

  it('admit exactly the limit of each identifier, whatever comes in at once', async () => {
    const ids = ['ann', 'bob', 'cid']
    const order = { options: { shards: 2, name: 'storm' }, limiter, ids: [...ids, ...ids] }
    const answers = await Promise.all(Array.from({ length: 60 }, () => worker.client.limit(order)))
    for (const id of ids) {
      const own = answers
        .flat()
        .flatMap((decision) => ('id' in decision && decision.id === id ? [decision.allowed] : []))
      expect([own.filter(Boolean).length, own.length]).toEqual([50, 120])
    }
  })

  it('count on over a restart in mid-storm: nothing is lost, and nothing charged twice', async () => {
    const { client } = worker
    const options = one('restart')
    const order = { options, limiter: { ...limiter, limit: 100_000 }, ids: ['ann'] }
    let admitted = 0
    const askUntilCut = async (): Promise<void> => {
      for (;;) {
        const decisions = await client.limit(order).catch(() => undefined)
        if (decisions === undefined) return
        admitted += decisions.length
        if (admitted === 100) void worker.kill()
      }
    }
    const callers = 20 // each of them has one call cut off
    await Promise.all(Array.from({ length: callers }, askUntilCut))
    await worker.kill()
    await worker.launch()
    const reads = [{ ...take('ann', { costs: [0] }), scope: 'storm' }]
    const used = usedOf(await client.store(options).apply(reads))
    expect(admitted).toBeGreaterThanOrEqual(100)
    expect(used).toBeGreaterThanOrEqual(admitted)
    expect(used).toBeLessThanOrEqual(admitted + callers)
  })
})

function usedOf([reply]: readonly (Reply | Error)[]): number {
  if (!(reply instanceof Error) && reply !== undefined && 'timesTaken' in reply) return reply.windows[0]?.used ?? 0
  throw reply
}
