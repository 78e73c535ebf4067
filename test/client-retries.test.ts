import { setTimeout as sleep } from 'node:timers/promises'
import type { Take } from '@rl/core'
import { recommendedClusterOptions, recommendedOptions } from '@rl/ioredis'
import { recommendedOptions as nodeRedisOptions } from '@rl/node-redis'
import { parseValue } from '@rl/redis-script'
import type { RedisServer } from '@rl/test-servers'
import { recommendedOptions as upstashOptions } from '@rl/upstash'
import { recommendedOptions as glideOptions } from '@rl/valkey-glide'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { DROPS_REJECTED_CALLS, isAtLeast, PIPELINES_CLUSTERS } from './client-version.ts'
import {
  type ClientsBehindProxies,
  type Kind,
  type Opened,
  startClientsBehindProxies,
} from './clients-behind-proxies.ts'

let clients: ClientsBehindProxies
beforeAll(async () => {
  clients = await startClientsBehindProxies()
})
afterAll(() => clients?.stop())

const opened: Opened[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0)) await close()
})

async function open(kind: Kind, options: object): Promise<Opened> {
  const one = await clients.open(kind, options)
  opened.push(one)
  return one
}

const WINDOWS = [{ limit: 1000, windowMs: 365 * 86_400_000, anchor: 'epoch' }] as const
const take = (id: string): readonly Take[] => [
  { kind: 'take', scope: 'api', id, windows: WINDOWS, costs: [1], times: 1 },
]
const someKey = (): string => Math.random().toString(36).slice(2)

/** How many units the servers have counted for the key. */
async function unitsOf(servers: readonly RedisServer[], key: string): Promise<number> {
  let units = 0
  for (const server of servers) {
    for (const name of (await server.command('KEYS', `rl:*${key}*`)) as string[]) {
      units += parseValue(String(await server.command('GET', name)))?.counters[0]?.used ?? Number.NaN
    }
  }
  return units
}

/** Counts how often one take runs whose connection is cut once it has run. */
async function runsOfOneCut({
  store,
  proxies,
  servers,
}: Opened): Promise<[runs: number, PromiseSettledResult<unknown>]> {
  const key = someKey()
  await store.apply(take(key))
  for (const proxy of proxies) proxy.cutNext()
  const [answer] = await Promise.allSettled([store.apply(take(key))])
  for (const proxy of proxies) proxy.spare()
  // The next answer comes over another connection, and after all that the client may have sent before it.
  await vi.waitFor(() => store.apply(take(someKey())), { timeout: 30_000, interval: 20 })
  return [(await unitsOf(servers, key)) - 1, answer]
}

const RECOMMENDED: [string, Kind, object][] = [
  ['ioredis', 'redis', recommendedOptions],
  ['ioredis, enableAutoPipelining', 'redis', { ...recommendedOptions, enableAutoPipelining: true }],
  ['ioredis with Sentinels', 'sentinel', recommendedOptions],
  ['an ioredis Cluster', 'cluster', recommendedClusterOptions],
  ['node-redis', 'nodeRedis', nodeRedisOptions],
  ['a node-redis pool', 'pool', nodeRedisOptions],
  ['a node-redis cluster', 'nodeRedisCluster', nodeRedisOptions],
  ['Upstash', 'upstash', upstashOptions],
  ['iovalkey', 'iovalkey', recommendedOptions],
  ['an iovalkey Cluster', 'iovalkeyCluster', recommendedClusterOptions],
  ['GLIDE', 'glide', glideOptions],
  ['a Cluster client of GLIDE', 'glideCluster', glideOptions],
]

const SENTINEL: [string, Kind, object] = ['a node-redis Sentinel', 'nodeRedisSentinel', nodeRedisOptions]
// Older ones know no `nodeAddressMap`, and go past the proxies.
const SENTINEL_IS_BEHIND_PROXIES = isAtLeast('redis', '5.12.0')

// Not in RECOMMENDED: a call that it holds back for its pipeline as the last connection is lost waits for the next one.
const PIPELINED_CLUSTER: [string, Kind, object] = [
  'an ioredis Cluster, enableAutoPipelining',
  'cluster',
  { ...recommendedClusterOptions, enableAutoPipelining: true },
]

test.each([
  ...RECOMMENDED,
  ...(SENTINEL_IS_BEHIND_PROXIES ? [SENTINEL] : []),
  ...(PIPELINES_CLUSTERS ? [PIPELINED_CLUSTER] : []),
])(
  '%s, with the recommended options, does not run a call again whose connection is cut, and says that it may have run',
  async (_, kind, options) => {
    const [runs, answer] = await runsOfOneCut(await open(kind, options))
    expect(answer).toMatchObject({ status: 'rejected', reason: { outcome: 'unknown' } })
    expect(runs).toBe(1)
  },
)

const SENTINEL_BY_DEFAULT: [string, Kind, object] = ['a node-redis Sentinel', 'nodeRedisSentinel', {}]

// Were this check blind, it would see one run here too.
test.each<[string, Kind, object]>([
  ['ioredis', 'redis', {}],
  ['ioredis, enableAutoPipelining', 'redis', { enableAutoPipelining: true }],
  ['ioredis with Sentinels', 'sentinel', {}],
  ['an ioredis Cluster', 'cluster', {}],
  ['iovalkey', 'iovalkey', {}],
  ['an iovalkey Cluster', 'iovalkeyCluster', {}],
  ...(SENTINEL_IS_BEHIND_PROXIES ? [SENTINEL_BY_DEFAULT] : []),
  ['Upstash', 'upstash', { retry: { retries: 1, backoff: () => 0 } }],
])('%s, with its own options, runs such a call twice', async (_, kind, options) => {
  const [runs] = await runsOfOneCut(await open(kind, options))
  expect(runs).toBe(2)
})

test('a server that is down fails calls before it is back, none of them runs then, and each client finds it again by itself', async () => {
  const outages = await Promise.all(
    [...RECOMMENDED, ...(DROPS_REJECTED_CALLS ? [SENTINEL] : [])].map(async ([name, kind, options]) => {
      const client = await open(kind, options)
      await client.store.apply(take(someKey()))
      return { name, ...client, during: someKey(), calls: [] as Promise<string>[] }
    }),
  )
  const proxies = new Set(outages.flatMap((each) => each.proxies))
  await Promise.all(Array.from(proxies, (proxy) => proxy.down()))
  // So long that the clients' delays have grown to the longest.
  for (const end = Date.now() + 3000; Date.now() < end; await sleep(50)) {
    for (const { store, during, calls } of outages) {
      calls.push(
        store.apply(take(during)).then(
          () => 'answered',
          (error) => error.name,
        ),
      )
    }
  }
  for (const { name, calls } of outages)
    expect([name, ...new Set(await Promise.all(calls))]).toEqual([name, 'StoreError'])

  await Promise.all(Array.from(proxies, (proxy) => proxy.up()))
  await Promise.all(
    outages.map(({ store }) => vi.waitFor(() => store.apply(take(someKey())), { timeout: 30_000, interval: 10 })),
  )
  for (const { name, servers, during } of outages) expect([name, await unitsOf(servers, during)]).toEqual([name, 0])
})
