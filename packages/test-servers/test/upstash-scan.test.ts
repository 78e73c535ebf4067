import { Redis } from '@upstash/redis'
import { describe, expect, test } from 'vitest'
import { useRest } from './rest-fixture.ts'

const fixture = useRest()
const { send, post } = fixture

async function makeKeys(): Promise<void> {
  await fixture.redis.command('SET', 'text', 'value')
  await fixture.redis.command('RPUSH', 'list', 'value')
  await fixture.redis.command('HSET', 'hash', 'field', 'value')
}

/** The keys of one reply with their types, in order of their names. */
function pairs(result: unknown): [string, string][] {
  const [cursor, flat] = result as [string, string[]]
  expect(cursor).toBe('0')
  return Array.from({ length: flat.length / 2 }, (_, i): [string, string] => [
    flat[2 * i] ?? '',
    flat[2 * i + 1] ?? '',
  ]).sort()
}

describe('SCAN … WITHTYPE', () => {
  test('gives the type behind each key, in the body and in the path', async () => {
    await makeKeys()
    const all = [
      ['hash', 'hash'],
      ['list', 'list'],
      ['text', 'string'],
    ]
    for (const reply of [await post('/', ['scan', '0', 'withtype']), await send('/scan/0/WITHTYPE')]) {
      expect(reply.status).toBe(200)
      expect(pairs((reply.body as { result: unknown }).result)).toEqual(all)
    }
  })

  test('goes with the other options, wherever it stands among them', async () => {
    await makeKeys()
    for (const options of [
      ['WITHTYPE', 'MATCH', '*t*', 'COUNT', '100', 'TYPE', 'list'],
      ['MATCH', '*t*', 'WITHTYPE', 'COUNT', '100', 'TYPE', 'list'],
      ['MATCH', '*t*', 'COUNT', '100', 'TYPE', 'list', 'WITHTYPE'],
    ]) {
      const { body } = await post('/', ['SCAN', '0', ...options])
      expect(pairs((body as { result: unknown }).result)).toEqual([['list', 'list']])
    }
  })

  test('is no flag where it is a value of another option', async () => {
    await fixture.redis.command('SET', 'WITHTYPE', 'value')
    expect(await post('/', ['SCAN', '0', 'MATCH', 'WITHTYPE'])).toEqual({
      status: 200,
      body: { result: ['0', ['WITHTYPE']] },
    })
  })

  test('takes one place in a pipeline and in a transaction', async () => {
    await fixture.redis.command('SET', 'text', 'value')
    const commands = [
      ['GET', 'text'],
      ['SCAN', '0', 'WITHTYPE'],
      ['STRLEN', 'text'],
    ]
    const body = [{ result: 'value' }, { result: ['0', ['text', 'string']] }, { result: 5 }]
    expect(await post('/pipeline', commands)).toEqual({ status: 200, body })
    expect(await post('/multi-exec', commands)).toEqual({ status: 200, body })
  })

  test('fails as SCAN does', async () => {
    expect(await post('/', ['SCAN', 'x', 'WITHTYPE'])).toEqual({ status: 400, body: { error: 'ERR invalid cursor' } })
    expect(await post('/', ['SCAN', '0', 'WITHTYPE', 'NOSUCH', '1'])).toEqual({
      status: 400,
      body: { error: 'ERR syntax error' },
    })
  })

  test('is what @upstash/redis reads', async () => {
    await fixture.redis.command('RPUSH', 'list', 'value')
    const redis = new Redis({ url: fixture.rest.url, token: 'all-token', enableTelemetry: false })
    expect(await redis.scan(0, { withType: true })).toEqual(['0', [{ key: 'list', type: 'list' }]])
  })
})
