import { Cluster, Redis } from 'ioredis'
import { expect, test, vi } from 'vitest'
import { type IoredisClient, IoredisStore, recommendedClusterOptions, recommendedOptions } from '../src/index.ts'

const offline = { lazyConnect: true }
const redis = (options: object) => new Redis({ ...offline, password: 'secret', ...options })
const cluster = (options: object) => new Cluster([{ port: 7000 }], { ...offline, ...options })
const retryStrategy = (attempt: number): number => attempt
const strict = (client: IoredisClient) => () => new IoredisStore(client, { clientRetries: 'throw' })

test.each<[string, IoredisClient, string]>([
  ['the default options', redis({}), 'maxRetriesPerRequest 20'],
  ['one retry', redis({ maxRetriesPerRequest: 1 }), 'maxRetriesPerRequest 1'],
  ['retries without end', redis({ maxRetriesPerRequest: null }), 'maxRetriesPerRequest null'],
  ['Sentinels', redis({ sentinels: [{ port: 26379 }], name: 'main' }), 'maxRetriesPerRequest 20'],
  ['a Cluster on its default options', cluster({}), 'retryDelayOnFailover 100'],
  [
    'a Cluster whose nodes connect again',
    cluster({ retryDelayOnFailover: 0, clusterNodeRetryStrategy: retryStrategy }),
    'clusterNodeRetryStrategy and maxRetriesPerRequest 20',
  ],
])('a client with %s sends again, which the store says with the setting', (_, client, setting) => {
  expect(strict(client)).toThrow(setting)
  expect(strict(client)).toThrow('recommended')
})

test.each<[string, IoredisClient]>([
  ['the recommended options', redis(recommendedOptions)],
  ['no resending', redis({ autoResendUnfulfilledCommands: false })],
  ['no reconnecting', redis({ retryStrategy: null })],
  ['the recommended options of a Cluster', cluster(recommendedClusterOptions)],
  [
    'them, and nodes that connect again',
    cluster({ ...recommendedClusterOptions, clusterNodeRetryStrategy: retryStrategy }),
  ],
  ['no options to see, as a wrapper', { isCluster: false, evalsha: vi.fn(), eval: vi.fn(), del: vi.fn() }],
])('a client with %s sends nothing again', (_, client) => {
  expect(strict(client)).not.toThrow()
})

test('by default the store warns once, and never with a password', () => {
  const warn = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
  for (let i = 0; i < 3; i++) new IoredisStore(redis({}))
  new IoredisStore(redis({}), { clientRetries: 'allow' })
  new IoredisStore(redis(recommendedOptions))
  expect(warn.mock.calls).toEqual([[expect.stringContaining('{ maxRetriesPerRequest: 0 }')]])
  expect(String(warn.mock.calls)).not.toContain('secret')
  warn.mockRestore()
})
