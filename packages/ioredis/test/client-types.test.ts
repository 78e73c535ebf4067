import { Cluster, Redis } from 'ioredis'
import { afterAll, expect, test } from 'vitest'
import { IoredisStore, recommendedClusterOptions, recommendedOptions } from '../src/index.ts'

// These are what users write: that they compile is checked with `tsc`, that they construct is checked here.
const offline = { lazyConnect: true }
const single = new Redis({ ...recommendedOptions, ...offline })
const sentinels = new Redis({ ...recommendedOptions, ...offline, name: 'main', sentinels: [{ port: 26379 }] })
const cluster = new Cluster([{ port: 7000 }], { ...recommendedClusterOptions, ...offline })
const nested = new Redis.Cluster([{ port: 7000 }], { ...recommendedClusterOptions, ...offline })
afterAll(() => {
  for (const client of [single, sentinels, cluster, nested]) client.disconnect()
})

test.each<[string, () => IoredisStore]>([
  ['Redis', () => new IoredisStore(single)],
  ['Redis with a prefix', () => new IoredisStore(single, { prefix: 'shop:' })],
  ['Redis with Sentinels', () => new IoredisStore(sentinels)],
  ['Cluster', () => new IoredisStore(cluster)],
  ['Redis.Cluster', () => new IoredisStore(nested)],
  ['either', () => new IoredisStore(Math.random() < 0.5 ? single : cluster)],
])('a store over %s', (_, open) => {
  expect(open()).toBeInstanceOf(IoredisStore)
})

test('what is no client, and unknown options, do not compile', () => {
  // @ts-expect-error: without its commands
  const wrongClient = () => new IoredisStore({ isCluster: false })
  // @ts-expect-error: misspelt
  expect(() => new IoredisStore(single, { prefixes: 'shop:' })).toThrow('prefixes')
  expect(wrongClient).toBeTypeOf('function')
})
