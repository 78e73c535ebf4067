import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { expect, test, vi } from 'vitest'
import { type NodeRedisClient, NodeRedisStore, recommendedOptions } from '../src/index.ts'

const sentinel = (options: object) =>
  createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 26379 }], ...options })
const strict = (client: NodeRedisClient) => () => new NodeRedisStore(client, { clientRetries: 'throw' })

test('a Sentinel may send again unless it has the recommended options, as it does not show its own', () => {
  expect(strict(sentinel({}))).toThrow('createSentinel({ ...recommendedOptions')
  expect(strict(sentinel({ maxCommandRediscovers: 0 }))).toThrow('maxCommandRediscovers 16 or unknown')
  expect(strict(sentinel(recommendedOptions))).not.toThrow()
  expect(strict(sentinel({ ...recommendedOptions, RESP: 2 }).withTypeMapping({}))).not.toThrow()
})

test.each<[string, NodeRedisClient]>([
  ['a client', createClient()],
  ['a pool', createClientPool()],
  ['a cluster', createCluster({ rootNodes: [] })],
  ['a wrapper', { evalSha: vi.fn(), eval: vi.fn(), del: vi.fn() }],
])('%s sends nothing again', (_, client) => {
  expect(strict(client)).not.toThrow()
})

test('by default the store warns once', () => {
  const warn = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
  for (let i = 0; i < 3; i++) new NodeRedisStore(sentinel({}))
  new NodeRedisStore(sentinel({}), { clientRetries: 'allow' })
  new NodeRedisStore(sentinel(recommendedOptions))
  expect(warn.mock.calls).toEqual([[expect.stringContaining('{ maxCommandRediscovers: 0 }')]])
  warn.mockRestore()
})

test('clients made of the recommended options share nothing that they write to', () => {
  const [one, other] = [7001, 7002].map((port) =>
    createClient({ ...recommendedOptions, url: `redis://127.0.0.1:${port}` }),
  )
  expect([one?.options.socket, other?.options.socket]).toMatchObject([{ port: 7001 }, { port: 7002 }])
  expect(recommendedOptions.socket).not.toHaveProperty('port')
})
