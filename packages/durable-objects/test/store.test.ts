import { OptionError, StoreError } from '@rl/core'
import { expect, it } from 'vitest'
import { DurableObjectStore, type DurableObjectStoreOptions, type ObjectNamespace } from '../src/index.ts'
import { shardOf } from '../src/store/shard-of.ts'
import { take } from './support/operations.ts'

/** A binding whose objects answer like this. */
function binding(answer: (object: string, body: string) => unknown): ObjectNamespace & { readonly stubs: string[] } {
  const stubs: string[] = []
  return {
    stubs,
    idFromName: (name) => ({ name }),
    get: (id) => {
      const { name } = id as { name: string }
      stubs.push(name)
      return { fetch: async (_, { body }) => ({ json: async () => answer(name, body) }) }
    },
  }
}

/** Such an answer is as good as any here: replies are checked by the limiter. */
const answered = (_: string, body: string) => ({ replies: JSON.parse(body).operations.map(() => ({ now: 1 })) })

it.each([
  ['namespace', undefined, {}],
  ['namespace', Promise.resolve(binding(answered)), {}],
  ['namespace', { get: () => undefined }, {}],
  ['shards', binding(answered), { shards: 0 }],
  ['shards', binding(answered), { shards: 4097 }],
  ['shards', binding(answered), { shards: '8' }],
  ['name', binding(answered), { name: '' }],
  ['name', binding(answered), { name: 'a:b' }],
  ['options', binding(answered), { shard: 8 }],
])('a wrong option is an OptionError: %s', (option, namespace, options) => {
  const make = (): unknown => new DurableObjectStore(namespace as ObjectNamespace, options as DurableObjectStoreOptions)
  expect(make).toThrow(OptionError)
  expect(make).toThrow(new RegExp(`^${option}`))
})

it('identifiers are spread evenly, and always the same', () => {
  expect(['api:user_1', 'api:user_2', 'api:#0', ''].map((key) => shardOf(key, 4096))).toEqual([57, 4008, 1160, 3083])
  const shards = Array.from({ length: 32_000 }, (_, i) => shardOf(`api:10.0.${i >> 8}.${i & 255}`, 32))
  const counts = Array.from({ length: 32 }, (_, shard) => shards.filter((each) => each === shard).length)
  expect(Math.min(...counts)).toBeGreaterThan(850)
  expect(Math.max(...counts)).toBeLessThan(1150)
})

it('stores over one binding with the same settings share commands and a breaker', () => {
  const namespace = binding(answered)
  const sharedBy = (options?: DurableObjectStoreOptions) =>
    new DurableObjectStore(namespace, options).capabilities.sharedBy
  expect(sharedBy()).toBe(sharedBy({ shards: 32, name: 'rl' }))
  expect(sharedBy()).not.toBe(sharedBy({ shards: 16 }))
  expect(sharedBy()).not.toBe(sharedBy({ name: 'other' }))
})

it('identifiers and scopes are not sent, but by their keys', async () => {
  let sent = ''
  const store = new DurableObjectStore(
    binding((object, body) => {
      sent = body
      return answered(object, body)
    }),
  )
  await store.apply([{ ...take(`${'x'.repeat(200)}`), more: 'of a limiter' } as never])
  expect(JSON.parse(sent).operations).toEqual([
    {
      kind: 'take',
      key: expect.stringMatching(/^api:#[0-9a-f]{64}$/),
      windows: [{ name: 'f86400000', limit: 100, anchor: 'first-hit', windowMs: 86_400_000 }],
      costs: [1],
      times: 1,
    },
  ])
})

it.each([
  ['is overloaded', 'the Durable Object is overloaded', { overloaded: true }],
  ['was reset when its storage was too slow', 'the Durable Object is overloaded', { overloaded: true, remote: true }],
  ['may not have got the request', 'the Durable Object did not answer', { retryable: true }],
  ['threw', 'the Durable Object did not answer', { remote: true }],
  [
    'has a class without SQLite storage',
    'the Durable Object has no SQLite storage: name its class in new_sqlite_classes',
    { message: 'SQL is not enabled for this Durable Object class.' },
  ],
])('the outcome is unknown where an object %s', async (_, message, properties) => {
  const cause = Object.assign(new Error('as Cloudflare says'), properties)
  const store = new DurableObjectStore(
    binding(() => {
      throw cause
    }),
  )
  const [reply] = await store.apply([take('ann')])
  expect(reply).toBeInstanceOf(StoreError)
  expect(reply).toMatchObject({ message, outcome: 'unknown', transient: false, cause })
})

it.each([null, {}, { replies: 5 }, { replies: [] }, 'text'])(
  'an answer of another shape is malformed: %j',
  async (answer) => {
    const [reply] = await new DurableObjectStore(binding(() => answer)).apply([take('ann')])
    expect(reply).toMatchObject({ message: 'the Durable Object sent a malformed reply', outcome: 'unknown' })
  },
)

it('an object that fails leaves the answers of others alone, and is asked by a new stub the next time', async () => {
  const namespace = binding((object, body) => {
    if (object === 'rl:1') throw new Error('gone')
    return answered(object, body)
  })
  const store = new DurableObjectStore(namespace, { shards: 2 })
  const takes = Array.from({ length: 20 }, (_, i) => take(`user-${i}`))
  for (const _ of [1, 2]) {
    const replies = await store.apply(takes)
    for (const [i, { id }] of takes.entries()) {
      expect(replies[i] instanceof Error).toBe(shardOf(`api:${id}`, 2) === 1)
    }
  }
  expect(namespace.stubs.sort()).toEqual(['rl:0', 'rl:0', 'rl:1', 'rl:1'])
})

it('an object that is new is asked once the first one has agreed, which it does once and for all', async () => {
  const bodies: Record<string, unknown>[] = []
  const namespace = binding((object, body) => {
    const { isAgreed } = JSON.parse(body)
    bodies.push({ object, isAgreed })
    return isAgreed ? answered(object, body) : { madeFor: null }
  })
  const id = Array.from({ length: 50 }, (_, i) => `user-${i}`).find((each) => shardOf(`api:${each}`, 4) === 3) ?? ''
  for (const _ of [1, 2]) {
    expect(await new DurableObjectStore(namespace, { shards: 4 }).apply([take(id)])).toEqual([{ now: 1 }])
  }
  expect(bodies).toEqual([
    { object: 'rl:3', isAgreed: false },
    { object: 'rl:0', isAgreed: true },
    { object: 'rl:3', isAgreed: true },
    { object: 'rl:3', isAgreed: true },
  ])
})
