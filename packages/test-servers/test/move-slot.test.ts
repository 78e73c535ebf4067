import { moveSlot, type RedisCluster, type RedisServer, startCluster } from '@rl/test-servers'
import { afterAll, beforeAll, expect, test } from 'vitest'

// `{06S}` hashes to slot 0, which the first master has.
const SLOT = 0
const [A, B] = ['{06S}a', '{06S}b']

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 })
})
afterAll(() => cluster?.stop())

function error(answer: Promise<unknown>): Promise<string> {
  return answer.then(
    (value) => `it answered ${value}`,
    ({ message }: Error) => message,
  )
}

test('a slot that moves answers ASK or TRYAGAIN on its way, and MOVED in the end', async () => {
  const [from, to] = cluster.nodes as [RedisServer, RedisServer]
  await from.command('MSET', A, '1', B, '2')
  const moved = await moveSlot(cluster, SLOT, from, to)
  const first = await moved.moveKey()
  const second = first === A ? B : A
  expect(await error(from.command('GET', first ?? ''))).toBe(`ASK ${SLOT} 127.0.0.1:${to.port}`)
  expect(await from.command('GET', second)).toBe(second === A ? '1' : '2')
  // Before Redis 7, several keys are answered like one.
  expect(await error(from.command('MGET', A, B))).toMatch(/^(TRYAGAIN|ASK) /)

  await moved.finish()
  for (const node of [from, ...cluster.nodes.slice(2)]) {
    expect(await error(node.command('GET', A))).toBe(`MOVED ${SLOT} 127.0.0.1:${to.port}`)
  }
  expect(await to.command('MGET', A, B)).toEqual(['1', '2'])
  expect(await moved.moveKey()).toBeUndefined()
})
