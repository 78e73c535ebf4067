import { counterKey } from '@rl/core/keys'
import { parseValue, redisKey } from '@rl/redis-script'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { audit, COUNTERS, countedInRedis, type Findings } from './audit.ts'

const NAME = 'audited'
const FAR_AWAY = 365 * 86_400_000
const NEAR = 30 * 86_400_000

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
beforeEach(() => server.command('FLUSHALL'))
afterAll(() => server?.stop())

async function count(used: number, usedOfOther = used, expiry = ['PX', String(NEAR)]): Promise<void> {
  const [first, second] = COUNTERS
  const value = `1;${first}=${FAR_AWAY};${second}=${NEAR} ${used},${usedOfOther}`
  expect(parseValue(value)?.counters).toHaveLength(2)
  await server.command('SET', redisKey('rl:', counterKey({ scope: NAME, id: 'id' })), value, ...expiry)
}

async function findings(admitted: number, unknown = 0, losses = {}): Promise<Findings> {
  return audit(await countedInRedis([server], NAME), { told: new Map([['id', { admitted, unknown }]]) }, losses)
}

describe('the audit of the fault suite', () => {
  test('finds nothing wrong where all is right', async () => {
    await count(8)
    for (const unknown of [0, 3]) expect((await findings(8, unknown)).violations).toEqual([])
    expect((await findings(6, 2)).violations).toEqual([])
    await server.command('FLUSHALL')
    expect((await findings(0, 5)).violations).toEqual([])
  })

  test.each([
    ['more admitted than the limit', 'over-admission', () => count(8), [9]],
    ['more counted than the limit', 'over-admission', () => count(9), [8, 1]],
    ['more counted than anybody was told', 'double charge', () => count(8), [6, 1]],
    ['less counted than was admitted', 'lost', () => count(7), [8]],
    ['a window that was charged without the other', 'half charged', () => count(8, 7), [8]],
    ['a counter without expiry', 'without an end', () => count(8, 8, []), [8]],
    ['a counter that outlives its window', 'a key lives on', () => count(8, 8, ['PX', String(FAR_AWAY + 60_000)]), [8]],
  ])('sees %s', async (_, expected, prepare, [admitted = 0, unknown = 0]) => {
    await prepare()
    const { violations } = await findings(admitted, unknown)
    expect(violations.join()).toContain(expected)
  })

  test('allows a limit more for each loss, and no more', async () => {
    await count(8)
    expect(await findings(16, 0, { losses: 1 })).toEqual({ violations: [], overAdmitted: 8 })
    expect((await findings(17, 0, { losses: 1 })).violations).toEqual(['over-admission: id was admitted 17 units'])
  })
})
