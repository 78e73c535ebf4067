import { describe, expect, test } from 'vitest'
import { type RestReply, useRest } from './rest-fixture.ts'

const fixture = useRest()
const { send, post } = fixture

function ok(result: unknown): RestReply {
  return { status: 200, body: { result } }
}
function bad(error: unknown): RestReply {
  return { status: 400, body: { error } }
}

describe('a command in the path', () => {
  test('runs, its segments percent-decoded', async () => {
    expect(await send('/set/foo/bar')).toEqual(ok('OK'))
    expect(await send('/GET/foo')).toEqual(ok('bar'))
    expect(await send('/set/a%2Fb%20+%3F/%C3%A9')).toEqual(ok('OK'))
    expect(await fixture.redis.command('GET', 'a/b +?')).toBe('é')
  })

  test('takes an empty segment as an empty argument', async () => {
    expect(await send('/set/foo/')).toEqual(ok('OK'))
    expect(await fixture.redis.command('GET', 'foo')).toBe('')
  })

  test('takes the body as the next argument, byte for byte, and the query behind it', async () => {
    const bytes = Buffer.from([0, 255, 254, 13, 10])
    expect(await send('/set/foo?EX=100&NX', { method: 'POST', body: bytes })).toEqual(ok('OK'))
    expect(await fixture.redis.command('STRLEN', 'foo')).toBe(5)
    expect(await fixture.redis.command('TTL', 'foo')).toBeGreaterThan(0)
    expect(await send('/set/foo?EX=100&NX', { method: 'PUT', body: 'other' })).toEqual(ok(null))
  })

  test('takes bytes that are not UTF-8 from the path', async () => {
    expect(await send('/set/foo/%FF%00')).toEqual(ok('OK'))
    expect(await send('/get/foo', { headers: { 'upstash-encoding': 'base64' } })).toEqual(ok('/wA='))
  })

  test('may be a HEAD request, which has no body', async () => {
    const headers = { authorization: 'Bearer all-token' }
    const response = await fetch(`${fixture.rest.url}/set/foo/bar`, { method: 'HEAD', headers })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(await fixture.redis.command('GET', 'foo')).toBe('bar')
  })
})

describe('a command in the body', () => {
  test('runs, with strings, numbers and booleans as arguments', async () => {
    expect(await post('/', ['SET', 'foo', 1.5, 'EX', 100])).toEqual(ok('OK'))
    expect(await post('', ['get', 'foo'])).toEqual(ok('1.5'))
    expect(await post('/', ['SET', 'foo', true])).toEqual(ok('OK'))
    expect(await post('/', ['GET', 'foo'])).toEqual(ok('true'))
  })

  test.each([
    ['no body', undefined, 'ERR empty command'],
    ['not JSON', 'SET foo bar', 'ERR the body is not valid JSON'],
    ['not an array', '{"a":1}', 'ERR a command must be a JSON array: ["SET", "key", "value"]'],
    ['an empty array', '[]', 'ERR empty command'],
    ['null inside', '["GET",null]', "ERR a command's arguments must be strings, numbers or booleans, not null"],
    ['an array inside', '["GET",["a"]]', "ERR a command's arguments must be strings, numbers or booleans, not array"],
  ])('is refused: %s', async (_, body, error) => {
    expect(await send('/', { method: 'POST', body: body ?? null })).toEqual(bad(error))
  })
})

describe('results', () => {
  test('of every type', async () => {
    await fixture.redis.command('RPUSH', 'list', 'one', 'two')
    await fixture.redis.command('SET', 'big', '9007199254740993')
    expect(await post('/', ['GET', 'missing'])).toEqual(ok(null))
    expect(await post('/', ['RPUSH', 'list', 'three'])).toEqual(ok(3))
    expect(await post('/', ['LRANGE', 'list', 0, -1])).toEqual(ok(['one', 'two', 'three']))
    expect(await post('/', ['EVAL', "return {1, {'a', false}, {ok='FINE'}}", 0])).toEqual(ok([1, ['a', null], 'FINE']))
  })

  test('an integer beyond 2^53 keeps its digits', async () => {
    await fixture.redis.command('SET', 'big', '9007199254740992')
    const response = await fetch(`${fixture.rest.url}/incr/big?_token=all-token`)
    expect(await response.text()).toBe('{"result":9007199254740993}')
  })

  test('what is not UTF-8 becomes U+FFFD', async () => {
    await send('/set/foo/%FF')
    expect(await send('/get/foo')).toEqual(ok('\uFFFD'))
  })

  test('an error has the status 400 and the text of Redis', async () => {
    await fixture.redis.command('SET', 'text', 'abc')
    expect(await post('/', ['INCR', 'text'])).toEqual(bad('ERR value is not an integer or out of range'))
    expect(await post('/', ['GET'])).toEqual(bad("ERR wrong number of arguments for 'get' command"))
  })
})

describe('Upstash-Encoding: base64', () => {
  const base64 = { 'upstash-encoding': 'base64' }

  test('encodes every string but the status OK', async () => {
    expect(await post('/', ['SET', 'foo', 'bar'], base64)).toEqual(ok('OK'))
    expect(await post('/', ['GET', 'foo'], base64)).toEqual(ok('YmFy'))
    expect(await post('/', ['PING'], base64)).toEqual(ok('UE9ORw=='))
    expect(await post('/', ['INCR', 'n'], base64)).toEqual(ok(1))
    expect(await post('/', ['GET', 'missing'], base64)).toEqual(ok(null))
    expect(await post('/', ['EVAL', "return {'a', {'b', 1}, {ok='OK'}}", 0], base64)).toEqual(
      ok(['YQ==', ['Yg==', 1], 'T0s=']),
    )
  })

  test('encodes in pipelines and transactions, and leaves errors as they are', async () => {
    const commands = [
      ['SET', 'foo', 'bar'],
      ['GET', 'foo'],
      ['INCR', 'foo'],
    ]
    const body = [{ result: 'OK' }, { result: 'YmFy' }, { error: 'ERR value is not an integer or out of range' }]
    expect(await post('/pipeline', commands, base64)).toEqual({ status: 200, body })
    expect(await post('/multi-exec', commands, base64)).toEqual({ status: 200, body })
    expect(await post('/', ['INCR', 'foo'], base64)).toEqual(bad('ERR value is not an integer or out of range'))
  })
})

describe('Upstash-Response-Format: resp2', () => {
  async function raw(path: string, value: unknown, headers: Record<string, string> = {}): Promise<unknown[]> {
    const response = await fetch(`${fixture.rest.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(value),
      headers: { authorization: 'Bearer all-token', 'upstash-response-format': 'resp2', ...headers },
    })
    return [response.status, response.headers.get('content-type'), await response.text()]
  }

  test('answers as a Redis would', async () => {
    expect(await raw('/', ['SET', 'foo', 'bar'])).toEqual([200, 'application/octet-stream', '+OK\r\n'])
    expect(
      await raw('/pipeline', [
        ['GET', 'foo'],
        ['EXISTS', 'foo'],
      ]),
    ).toEqual([200, 'application/octet-stream', '$3\r\nbar\r\n:1\r\n'])
  })

  test('excludes base64, transactions and unknown formats', async () => {
    const [status] = await raw('/', ['PING'], { 'upstash-encoding': 'base64' })
    expect(status).toBe(400)
    expect((await raw('/multi-exec', [['SET', 'foo', 'bar']]))[0]).toBe(400)
    expect(await fixture.redis.command('EXISTS', 'foo')).toBe(0)
    expect((await raw('/', ['PING'], { 'upstash-response-format': 'xml' }))[0]).toBe(400)
  })
})

describe('/pipeline', () => {
  test('answers each command in its place, errors included', async () => {
    const commands = [
      ['SET', 'key1', 'valuex'],
      ['INCR', 'key1'],
      ['SUBSCRIBE', 'channel'],
      ['NOSUCH'],
      ['SET', 'key2', 13],
      ['GET', 'key2'],
    ]
    expect(await post('/pipeline', commands)).toEqual({
      status: 200,
      body: [
        { result: 'OK' },
        { error: 'ERR value is not an integer or out of range' },
        { error: "ERR Command is not available: 'SUBSCRIBE'" },
        { error: expect.stringMatching(/^ERR unknown command 'NOSUCH'/) },
        { result: 'OK' },
        { result: '13' },
      ],
    })
  })

  test.each([
    ['no body', undefined],
    ['no array', '"PING"'],
    ['no command', '[]'],
    ['a command that is no array', '[["PING"],"PING"]'],
    ['an empty command', '[["SET","foo","bar"],[]]'],
  ])('is refused as a whole: %s', async (_, body) => {
    expect((await send('/pipeline', { method: 'POST', body: body ?? null })).status).toBe(400)
    expect(await fixture.redis.command('EXISTS', 'foo')).toBe(0)
  })
})

describe('/multi-exec', () => {
  test('answers each command in its place; one that fails does not undo the others', async () => {
    const commands = [
      ['SET', 'key1', 'x'],
      ['INCR', 'key1'],
      ['SET', 'key2', 2],
      ['INCR', 'key2'],
    ]
    expect(await post('/multi-exec', commands)).toEqual({
      status: 200,
      body: [
        { result: 'OK' },
        { error: 'ERR value is not an integer or out of range' },
        { result: 'OK' },
        { result: 3 },
      ],
    })
  })

  test.each([
    ['an unknown command', ['NOSUCH'], /^ERR unknown command 'NOSUCH'/],
    ['a wrong number of arguments', ['GET'], /^ERR wrong number of arguments for 'get'/],
    ['a command that is not available', ['MULTI'], /^ERR Command is not available: 'MULTI'/],
  ])('is discarded as a whole, with one error: %s', async (_, command, error) => {
    expect(await post('/multi-exec', [['SET', 'foo', 'bar'], command])).toEqual(bad(expect.stringMatching(error)))
    expect(await fixture.redis.command('EXISTS', 'foo')).toBe(0)
    expect(await post('/', ['SET', 'foo', 'afterwards'])).toEqual(ok('OK'))
  })

  test('is atomic: nobody sees it half done', async () => {
    const commands = [['INCR', 'a'], ...Array.from({ length: 50 }, () => ['GET', 'a']), ['INCR', 'b']]
    const seen = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        if (index % 2 === 0) return (await post('/multi-exec', commands)).body
        return (await post('/', ['MGET', 'a', 'b'])).body
      }),
    )
    for (const body of seen) {
      if (!Array.isArray(body)) {
        const { result } = body as { result: [unknown, unknown] }
        expect(result[0]).toBe(result[1])
        continue
      }
      const [first, ...rest] = body.map(({ result }) => Number(result))
      expect(new Set(rest)).toEqual(new Set([first]))
    }
    expect(await fixture.redis.command('MGET', 'a', 'b')).toEqual(['30', '30'])
  })
})

test.each([
  'SUBSCRIBE c',
  'PSUBSCRIBE c',
  'MONITOR',
  'BLPOP k 0',
  'BZPOPMIN k 0',
  'WAIT 1 0',
  'MULTI',
  'EXEC',
  'WATCH k',
  'SELECT 1',
  'CLIENT REPLY OFF',
  'QUIT',
  'RESET',
  'SHUTDOWN NOSAVE',
  'xread BLOCK 0 STREAMS s $',
])('%s is not available', async (line) => {
  const { status, body } = await post('/', line.split(' '))
  expect(status).toBe(400)
  expect(body).toEqual({ error: expect.stringMatching(/^ERR Command is not available: '[A-Z ]+'$/) })
  expect(await post('/', ['PING'])).toEqual(ok('PONG'))
})

test('XREAD without BLOCK is available', async () => {
  expect(await post('/', ['XREAD', 'STREAMS', 's', '0'])).toEqual(ok(null))
})
