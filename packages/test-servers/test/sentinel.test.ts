import { type RedisSentinel, type RespValue, redisCommand, startSentinel } from '@rl/test-servers'
import { afterEach, expect, test } from 'vitest'
import { poll } from '../src/redis/poll.ts'

let setup: RedisSentinel | undefined
/** An election that nobody wins is held again, after up to 20 seconds; each step may take its minute. */
const FAILOVER_LIMIT_MS = 240_000
afterEach(() => setup?.stop())

function masterAddress({ sentinels, name }: RedisSentinel, index = 0): Promise<RespValue> {
  return redisCommand(sentinels[index]?.port ?? 0, ['SENTINEL', 'get-master-addr-by-name', name])
}

test('the sentinel knows the master and its replica', async () => {
  setup = await startSentinel()
  const { master, replicas, sentinels, name } = setup
  expect([replicas.length, sentinels.length, name]).toEqual([1, 1, 'main'])
  expect(await masterAddress(setup)).toEqual(['127.0.0.1', String(master.port)])
  expect(String(await sentinels[0]?.command('SENTINEL', 'REPLICAS', name))).toContain(`127.0.0.1:${replicas[0]?.port}`)
  await master.command('SET', 'key', 'value')
  await poll('the replica to have the key', async () =>
    (await replicas[0]?.command('GET', 'key')) === 'value' ? true : undefined,
  )
})

test(
  'a replica takes over when the master dies',
  async () => {
    setup = await startSentinel({ replicas: 2, sentinels: 3, downAfterMs: 1000 })
    const { master, replicas, sentinels } = setup
    const candidates = replicas.map(({ port }) => String(port))
    await master.kill()
    for (const index of sentinels.keys()) {
      const [, port] = (await poll('the failover', async () => {
        const address = await masterAddress(setup as RedisSentinel, index)
        return String(address).endsWith(`,${master.port}`) ? undefined : address
      })) as string[]
      expect(candidates).toContain(port)
      const role = await poll('the new master', async () => {
        const reply = String(await redisCommand(Number(port), ['ROLE']))
        return reply.startsWith('master') ? reply : undefined
      })
      expect(role).toMatch(/^master/)
    }
  },
  FAILOVER_LIMIT_MS,
)

test('stop stops everything', async () => {
  setup = await startSentinel({ replicas: 0 })
  const { master, sentinels } = setup
  await setup.stop()
  for (const { port } of [master, ...sentinels]) {
    await expect(redisCommand(port, ['PING'])).rejects.toThrow('ECONNREFUSED')
  }
})
