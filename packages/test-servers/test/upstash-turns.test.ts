import { expect, test } from 'vitest'
import { useRest } from './rest-fixture.ts'

const fixture = useRest()

async function run(...command: string[]): Promise<unknown> {
  return (await fixture.post('/', command)).body
}

const redis = (...command: string[]): Promise<unknown> => fixture.redis.command(...command)

test('COPY of a key onto itself copies nothing', async () => {
  await redis('SET', 'key', 'value')
  expect(await run('COPY', 'key', 'key')).toEqual({ result: 0 })
  expect(await run('copy', 'key', 'key', 'REPLACE')).toEqual({ result: 0 })
  expect(await run('COPY', 'key', 'key', 'DB', '1')).toEqual({ result: 1 })
  expect(await run('COPY', 'key', 'other')).toEqual({ result: 1 })
  expect(await run('COPY', 'key')).toMatchObject({ error: expect.stringContaining('wrong number of arguments') })
  expect(await redis('MGET', 'key', 'other')).toEqual(['value', 'value'])
})

test('XTRIM … ~ trims exactly, but for a LIMIT', async () => {
  for (const key of ['a', 'b']) for (let i = 1; i <= 50; i++) await redis('XADD', key, `${i}-1`, 'n', `${i}`)
  expect(await run('XTRIM', 'a', 'MAXLEN', '~', '30')).toEqual({ result: 20 })
  expect(await run('XTRIM', 'a', 'MINID', '~', '41')).toEqual({ result: 20 })
  expect(await redis('XLEN', 'a')).toBe(10)
  expect(await run('XTRIM', 'b', 'MAXLEN', '~', '30', 'LIMIT', '5')).toEqual({ result: 0 })
  expect(await run('XTRIM', 'b', 'MAXLEN', '=', '30')).toEqual({ result: 20 })
})

test('XREADGROUP … NOACK makes no consumer, and keeps one that is there', async () => {
  for (const key of ['a', 'b']) {
    await redis('XGROUP', 'CREATE', key, 'group', '0', 'MKSTREAM')
    await redis('XADD', key, '1-1', 'n', '1')
  }
  await redis('XGROUP', 'CREATECONSUMER', 'b', 'group', 'ann')
  const read = ['XREADGROUP', 'GROUP', 'group', 'ann', 'COUNT', '5', 'NOACK', 'STREAMS', 'a', 'b', '>', '>']
  const entries = [['1-1', ['n', '1']]]
  expect(await run(...read)).toEqual({
    result: [
      ['a', entries],
      ['b', entries],
    ],
  })
  expect(await run(...read)).toEqual({ result: null })
  expect(await redis('XINFO', 'CONSUMERS', 'a', 'group')).toEqual([])
  expect(await redis('XINFO', 'CONSUMERS', 'b', 'group')).toHaveLength(1)
})

test('XREADGROUP without NOACK makes a consumer, and errors stay errors', async () => {
  await redis('XGROUP', 'CREATE', 'a', 'group', '0', 'MKSTREAM')
  await redis('XADD', 'a', '1-1', 'n', '1')
  await run('XREADGROUP', 'GROUP', 'group', 'ann', 'STREAMS', 'a', '>')
  expect(await redis('XINFO', 'CONSUMERS', 'a', 'group')).toHaveLength(1)
  const missing = await run('XREADGROUP', 'GROUP', 'none', 'ann', 'NOACK', 'STREAMS', 'a', '>')
  expect(missing).toMatchObject({ error: expect.stringContaining('NOGROUP') })
  expect(await run('XREADGROUP', 'NOACK')).toMatchObject({ error: expect.stringContaining('ERR') })
})
