import { createHash } from 'node:crypto'
import { type RedisCluster, ReplyError, redisCommand, startCluster } from '@rl/test-servers'
import { afterEach, expect, test } from 'vitest'
import { poll } from '../src/redis/poll.ts'

let cluster: RedisCluster | undefined
/** An election that nobody wins is held again, after up to 20 seconds; each step may take its minute. */
const FAILOVER_LIMIT_MS = 240_000
afterEach(() => cluster?.stop())

const KEYS = Array.from({ length: 30 }, (_, index) => `key:${createHash('sha1').update(`${index}`).digest('hex')}`)

test('three masters share all slots, and each redirects to the owner of a key', async () => {
  cluster = await startCluster()
  const { nodes, ports, urls } = cluster
  expect(nodes).toHaveLength(3)
  expect(ports).toEqual(nodes.map(({ port }) => port))
  expect(urls).toEqual(nodes.map(({ url }) => url))

  const owners = new Set<number>()
  for (const key of KEYS) {
    const outcomes = await Promise.all(ports.map((port) => redisCommand(port, ['SET', key, key]).catch((e) => e)))
    const accepted = outcomes.flatMap((outcome, index) => (outcome === 'OK' ? [ports[index]] : []))
    expect(accepted).toHaveLength(1)
    const [owner = 0] = accepted
    owners.add(owner)
    for (const outcome of outcomes.filter((each) => each !== 'OK')) {
      expect(outcome).toBeInstanceOf(ReplyError)
      expect(outcome.message).toMatch(new RegExp(`^MOVED \\d+ 127.0.0.1:${owner}$`))
    }
    expect(await redisCommand(owner, ['GET', key])).toBe(key)
  }
  expect(owners).toEqual(new Set(ports))
})

test(
  'replicas hold the data of their master and take over when it dies',
  async () => {
    cluster = await startCluster({ masters: 3, replicas: 1, nodeTimeoutMs: 2000 })
    const [first, second] = cluster.nodes
    const firstReplica = cluster.nodes[3]
    if (first === undefined || second === undefined || firstReplica === undefined) throw new Error('nodes are missing')
    // "06S" hashes to slot 0, which the first master owns.
    expect(await first.command('CLUSTER', 'KEYSLOT', '06S')).toBe(0)
    await first.command('SET', '06S', 'kept')
    await poll('the replica to have the key', async () =>
      (await firstReplica.command('DBSIZE')) === 1 ? true : undefined,
    )
    await first.kill()
    await poll('the replica to take over', async () =>
      String(await firstReplica.command('ROLE')).startsWith('master') ? true : undefined,
    )
    await poll('the others to know', async () =>
      String(await second.command('GET', '06S').catch((error) => error)).endsWith(`127.0.0.1:${firstReplica.port}`)
        ? true
        : undefined,
    )
    expect(await firstReplica.command('GET', '06S')).toBe('kept')
  },
  FAILOVER_LIMIT_MS,
)

test(
  'a replica that was never in sync takes over when its master dies',
  async () => {
    cluster = await startCluster({ masters: 3, replicas: 1, nodeTimeoutMs: 1000 })
    const { 0: first, 3: second } = cluster.nodes
    if (first === undefined || second === undefined) throw new Error('nodes are missing')
    await second.command('ACL', 'SETUSER', 'default', '-psync', '-sync')
    await second.command('CLUSTER', 'FAILOVER')
    for (const [node, role] of [
      [second, 'master'],
      [first, 'slave'],
    ] as const) {
      await poll(`the ${role} to know its role`, async () =>
        String(await node.command('ROLE')).startsWith(role) ? true : undefined,
      )
    }
    expect(await first.command('INFO', 'replication')).toContain('master_link_status:down')
    await second.kill()
    await poll('the replica to take over', async () =>
      String(await first.command('ROLE')).startsWith('master') ? true : undefined,
    )
  },
  FAILOVER_LIMIT_MS,
)

test('a cluster of one master', async () => {
  cluster = await startCluster({ masters: 1 })
  const [only] = cluster.nodes
  for (const key of KEYS) expect(await only?.command('SET', key, key)).toBe('OK')
})

test('stop stops every node', async () => {
  cluster = await startCluster({ masters: 1, replicas: 1 })
  await cluster.stop()
  await cluster.stop()
  for (const port of cluster.ports) await expect(redisCommand(port, ['PING'])).rejects.toThrow('ECONNREFUSED')
})
