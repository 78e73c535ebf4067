import { createHash } from 'node:crypto'
import { Redis } from '@upstash/redis'
import { beforeAll, describe, expect, test } from 'vitest'
import { useRest } from './rest-fixture.ts'

const fixture = useRest()
const SCRIPT = "#!lua flags=allow-key-locking\nreturn {KEYS[1], redis.call('INCRBY', KEYS[1], ARGV[1])}"
const SHA = createHash('sha1').update(SCRIPT).digest('hex')

describe.each(['base64', false] as const)('@upstash/redis with responseEncoding %s', (responseEncoding) => {
  let redis: Redis
  let plain: Redis
  beforeAll(() => {
    const { url, token } = fixture.rest
    const options = { url, token, responseEncoding, enableTelemetry: false, retry: false } as const
    redis = new Redis(options)
    plain = new Redis({ ...options, automaticDeserialization: false })
  })

  test('set and get', async () => {
    expect(await redis.set('key', 'välue')).toBe('OK')
    expect(await redis.get('key')).toBe('välue')
    expect(await redis.get('missing')).toBeNull()
    expect(await redis.set('key', 'x', { nx: true })).toBeNull()
    expect(await redis.incrby('n', 5)).toBe(5)
    expect(await redis.mget('key', 'missing', 'n')).toEqual(['välue', null, 5])
  })

  test.each(['{"a":1}', 'true', '1', '00012', 'null', '"quoted"', 'OK', 'T0s=', '', 'a b&c=d/e?f#g%h', '👍'])(
    'the string %j comes back as it was, unless the client parses it',
    async (text) => {
      await plain.set('key', text)
      expect(await fixture.redis.command('GET', 'key')).toBe(text)
      expect(await plain.get('key')).toBe(text)
      expect(await plain.mget('key', 'key')).toEqual([text, text])
    },
  )

  test('objects travel as JSON', async () => {
    await redis.set('key', { deep: [1, { x: null }] })
    expect(await redis.get('key')).toEqual({ deep: [1, { x: null }] })
    await redis.hset('hash', { a: 1, b: 'two' })
    expect(await redis.hgetall('hash')).toEqual({ a: 1, b: 'two' })
  })

  test('eval, evalsha, NOSCRIPT after a flush', async () => {
    await expect(redis.evalsha(SHA, ['key'], [2])).rejects.toThrow('NOSCRIPT')
    expect(await redis.eval(SCRIPT, ['key'], [2])).toEqual(['key', 2])
    expect(await redis.evalsha(SHA, ['key'], [2])).toEqual(['key', 4])
    await redis.scriptFlush()
    await expect(redis.evalsha(SHA, ['key'], [2])).rejects.toThrow('NOSCRIPT')
    expect(await redis.scriptLoad(SCRIPT)).toBe(SHA)
    expect(await redis.scriptExists(SHA)).toEqual([1])
    expect(await redis.evalsha(SHA, ['key'], [2])).toEqual(['key', 6])
  })

  test('its Script object, which falls back on EVAL', async () => {
    const script = redis.createScript<[string, number]>(SCRIPT)
    expect(await script.exec(['key'], ['1'])).toEqual(['key', 1])
    expect(await script.exec(['key'], ['1'])).toEqual(['key', 2])
  })

  test('pipeline', async () => {
    const pipeline = redis.pipeline().set('a', 1).incr('a').eval(SCRIPT, ['a'], [1]).get('missing')
    expect(await pipeline.exec()).toEqual(['OK', 2, ['a', 3], null])
    const withError = await redis.pipeline().set('a', 'text').incr('a').get('a').exec({ keepErrors: true })
    expect(withError.map(({ result, error }) => error ?? result)).toEqual([
      'OK',
      'ERR value is not an integer or out of range',
      'text',
    ])
  })

  test('multi', async () => {
    expect(
      await redis
        .multi()
        .set('a', 1)
        .incr('a')
        .evalsha(SHA, ['a'], [])
        .exec()
        .catch((e) => e.message),
    ).toMatch(/NOSCRIPT/)
    expect(await redis.multi().set('a', 1).incr('a').eval(SCRIPT, ['a'], [1]).exec()).toEqual(['OK', 2, ['a', 3]])
  })

  test('automatic pipelining: all writes of one turn are one request', async () => {
    const { url, token } = fixture.rest
    const auto = new Redis({ url, token, responseEncoding, enableAutoPipelining: true })
    const before = fixture.rest.requests
    expect(await Promise.all([auto.set('a', 1), auto.incr('a'), auto.incr('b')])).toEqual(['OK', 2, 1])
    expect(fixture.rest.requests - before).toBe(1)
  })

  test('errors reject', async () => {
    await redis.set('key', 'text')
    await expect(redis.incr('key')).rejects.toThrow('ERR value is not an integer or out of range')
    const { url, readOnlyToken } = fixture.rest
    await expect(new Redis({ url, token: readOnlyToken }).set('key', 1)).rejects.toThrow('NOPERM')
    await expect(new Redis({ url, token: 'wrong' }).get('key')).rejects.toThrow('WRONGPASS')
  })
})
