import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from 'redis'
import { expect, test } from 'vitest'
import { NodeRedisStore, recommendedOptions } from '../src/index.ts'

const rootNodes = [{ url: 'redis://127.0.0.1:7000' }]
const sentinelRootNodes = [{ host: '127.0.0.1', port: 26379 }]

// These are what users write: that they compile is checked with `tsc`, that they construct is checked here.
test.each<[string, () => NodeRedisStore]>([
  ['createClient', () => new NodeRedisStore(createClient())],
  ['createClient with a prefix', () => new NodeRedisStore(createClient(), { prefix: 'shop:' })],
  ['createClient on RESP 2', () => new NodeRedisStore(createClient({ RESP: 2 }))],
  ['createClient on RESP 3', () => new NodeRedisStore(createClient({ RESP: 3 }))],
  [
    'createClient with a type mapping',
    () => new NodeRedisStore(createClient().withTypeMapping({ [RESP_TYPES.NUMBER]: String })),
  ],
  [
    'createClient with the recommended options',
    () => new NodeRedisStore(createClient({ ...recommendedOptions, url: 'redis://127.0.0.1:6379' })),
  ],
  [
    'createClient with the recommended options and its own socket',
    () =>
      new NodeRedisStore(createClient({ ...recommendedOptions, socket: { ...recommendedOptions.socket, port: 1 } })),
  ],
  ['createClientPool', () => new NodeRedisStore(createClientPool())],
  [
    'createClientPool with the recommended options',
    () => new NodeRedisStore(createClientPool({ ...recommendedOptions })),
  ],
  ['createCluster', () => new NodeRedisStore(createCluster({ rootNodes }))],
  [
    'createCluster with the recommended options',
    () => new NodeRedisStore(createCluster({ ...recommendedOptions, rootNodes })),
  ],
  ['createCluster on RESP 2', () => new NodeRedisStore(createCluster({ RESP: 2, rootNodes }))],
  ['createCluster on RESP 3', () => new NodeRedisStore(createCluster({ RESP: 3, rootNodes }))],
  [
    'createSentinel',
    () => new NodeRedisStore(createSentinel({ ...recommendedOptions, name: 'main', sentinelRootNodes })),
  ],
  [
    'createSentinel on RESP 2',
    () => new NodeRedisStore(createSentinel({ ...recommendedOptions, RESP: 2, name: 'main', sentinelRootNodes })),
  ],
  [
    'createSentinel on RESP 3',
    () => new NodeRedisStore(createSentinel({ ...recommendedOptions, RESP: 3, name: 'main', sentinelRootNodes })),
  ],
])('a store over %s', (_, open) => {
  expect(open()).toBeInstanceOf(NodeRedisStore)
})

test('what is no client, and unknown options, do not compile', () => {
  // @ts-expect-error: without its commands
  const wrongClient = () => new NodeRedisStore({ masters: [] })
  // @ts-expect-error: misspelt
  expect(() => new NodeRedisStore(createClient(), { prefixes: 'shop:' })).toThrow('prefixes')
  expect(wrongClient).toBeTypeOf('function')
})
