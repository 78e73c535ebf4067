import { once } from 'node:events'
import { connect } from 'node:net'
import { startUpstashRest } from '@rl/test-servers'
import { describe, expect, test } from 'vitest'
import { useRest } from './rest-fixture.ts'

const fixture = useRest()
const { send, post } = fixture

async function bare(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<unknown[]> {
  const response = await fetch(`${fixture.rest.url}${path}`, { headers, method })
  return [response.status, await response.json()]
}

describe('the token', () => {
  const UNAUTHORIZED = [401, { error: 'WRONGPASS invalid or missing auth token' }]

  test('comes in the header, or else in the query', async () => {
    expect(await bare('/set/foo/bar', { authorization: 'Bearer all-token' })).toEqual([200, { result: 'OK' }])
    expect(await bare('/set/foo/bar?_token=all-token&EX=100')).toEqual([200, { result: 'OK' }])
    expect(await fixture.redis.command('TTL', 'foo')).toBeGreaterThan(0)
  })

  test.each<[string, string, Record<string, string>]>([
    ['missing', '/set/foo/bar', {}],
    ['wrong', '/set/foo/bar', { authorization: 'Bearer wrong' }],
    ['empty', '/set/foo/bar', { authorization: 'Bearer ' }],
    ['of another scheme', '/set/foo/bar', { authorization: 'Basic all-token' }],
    ['wrong in the query', '/set/foo/bar?_token=wrong', {}],
    ['wrong in the header, right in the query', '/set/foo/bar?_token=all-token', { authorization: 'Bearer wrong' }],
    ['missing, for a pipeline', '/pipeline', {}],
  ])('is refused: %s', async (_, path, headers) => {
    expect(await bare(path, headers)).toEqual(UNAUTHORIZED)
    expect(await fixture.redis.command('EXISTS', 'foo')).toBe(0)
  })

  test('is refused before the body has come', async () => {
    const socket = connect(fixture.rest.port, '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nhost: x\r\nauthorization: Bearer wrong\r\ncontent-length: 1000000\r\n\r\n["SET"')
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 401 /)
    socket.destroy()
  })

  test('is refused, and the connection serves on, when a body of megabytes comes with it', async () => {
    const body = Buffer.alloc(4_000_000, ' ')
    const headers = { authorization: 'Bearer wrong' }
    const response = await fetch(fixture.rest.url, { method: 'POST', headers, body })
    expect([response.status, await response.json()]).toEqual(UNAUTHORIZED)
    expect(await send('/ping')).toEqual({ status: 200, body: { result: 'PONG' } })
  })
})

describe('at the start', () => {
  const refusals: [string, object, string][] = [
    ['an empty token', { token: '' }, "token must be a token such as 'secret': it is empty"],
    ['an empty read-only token', { readOnlyToken: '' }, 'readOnlyToken must be a token'],
    ['a token of spaces', { token: '  ' }, 'it holds spaces'],
    ['a token with a line break', { token: 'a\nb' }, 'it holds spaces'],
    ['a text that is no token', { token: null }, 'it is a object'],
    ['one token for both', { token: 'same', readOnlyToken: 'same' }, 'must not be the same'],
  ]
  test.each(refusals)('%s is refused, by its name and without its text', async (_, options, message) => {
    const outcome = await startUpstashRest({ redisPort: fixture.redis.port, ...options }).catch((error) => error)
    if (!(outcome instanceof Error)) await outcome.stop()
    expect(outcome).toBeInstanceOf(TypeError)
    expect(outcome.message).toContain(message)
  })
})

test.each(['DELETE', 'PATCH', 'OPTIONS'])('%s is not allowed', async (method) => {
  const [status, body] = await bare('/set/foo/bar', { authorization: 'Bearer all-token' }, method)
  expect([status, body]).toEqual([405, { error: `ERR method ${method} is not allowed` }])
  expect(await fixture.redis.command('EXISTS', 'foo')).toBe(0)
})

describe('the read-only token', () => {
  const reader = { authorization: 'Bearer read-token' }

  test.each([
    ['GET', 'key'],
    ['MGET', 'key', 'other'],
    ['TTL', 'key'],
    ['PTTL', 'key'],
    ['EXISTS', 'key'],
    ['HGETALL', 'hash'],
    ['ZRANGE', 'zset', '0', '-1'],
    ['PING'],
    ['ECHO', 'hi'],
    ['TIME'],
    ['DBSIZE'],
    ['OBJECT', 'ENCODING', 'key'],
    ['MEMORY', 'USAGE', 'key'],
  ])('may run %s', async (...command) => {
    await fixture.redis.command('SET', 'key', 'value')
    expect((await post('/', command, reader)).status).toBe(200)
    expect((await send(`/${command.map(encodeURIComponent).join('/')}`, { headers: reader })).status).toBe(200)
  })

  test.each([
    ['SET', 'key', 'x'],
    ['incr', 'key'],
    ['DEL', 'key'],
    ['EXPIRE', 'key', '1'],
    ['FLUSHALL'],
    ['KEYS', '*'],
    ['SCAN', '0', 'WITHTYPE'],
    ['SCAN', '0'],
    ['EVAL', 'return 1', '0'],
    ['EVALSHA', 'a', '0'],
    ['SCRIPT', 'LOAD', 'return 1'],
    ['CONFIG', 'GET', 'port'],
    ['NOSUCH'],
    ['SET|GET', 'key'],
  ])('may not run %s', async (...command) => {
    await fixture.redis.command('SET', 'key', 'value')
    const name = String(command[0]).toLowerCase()
    const error = `NOPERM this user has no permissions to run the '${name}' command or its subcommand`
    expect(await post('/', command, reader)).toEqual({ status: 400, body: { error } })
    expect(await fixture.redis.command('GET', 'key')).toBe('value')
  })

  test('is refused in place in a pipeline, and as a whole in a transaction', async () => {
    const error = "NOPERM this user has no permissions to run the 'set' command or its subcommand"
    const commands = [
      ['GET', 'key'],
      ['SET', 'key', 'x'],
    ]
    expect(await post('/pipeline', commands, reader)).toEqual({ status: 200, body: [{ result: null }, { error }] })
    expect(await post('/multi-exec', commands, reader)).toEqual({ status: 400, body: { error } })
    expect(await fixture.redis.command('EXISTS', 'key')).toBe(0)
  })
})
