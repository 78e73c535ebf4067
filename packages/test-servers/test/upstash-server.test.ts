import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  ConnectionError,
  type RedisServer,
  redisCommand,
  startRedis,
  startUpstashRest,
  type UpstashRestServer,
} from '@rl/test-servers'
import { afterEach, expect, test } from 'vitest'
import { poll } from '../src/redis/poll.ts'

const running: AsyncDisposable[] = []
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each[Symbol.asyncDispose]()
})
async function redisOn(port?: number): Promise<RedisServer> {
  const redis = await startRedis(port === undefined ? {} : { port })
  running.push(redis)
  return redis
}
async function restOn(...options: Parameters<typeof startUpstashRest>): Promise<UpstashRestServer> {
  const rest = await startUpstashRest(...options)
  running.push(rest)
  return rest
}
async function run({ url, token }: Pick<UpstashRestServer, 'url' | 'token'>, ...command: string[]): Promise<unknown[]> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(command) })
  return [response.status, await response.json()]
}

test('makes up tokens, finds a free port and counts requests', async () => {
  const { port: redisPort } = await redisOn()
  const [one, two] = await Promise.all([restOn({ redisPort }), restOn({ redisPort })])
  expect(new Set([one.token, one.readOnlyToken, two.token, two.readOnlyToken]).size).toBe(4)
  expect(one.url).toBe(`http://127.0.0.1:${one.port}`)
  await run(one, 'SET', 'key', 'value')
  await run({ ...one, token: 'wrong' }, 'GET', 'key')
  expect(await run(two, 'GET', 'key')).toEqual([200, { result: 'value' }])
  expect([one.requests, two.requests]).toEqual([2, 1])
})

test('answers 503 while Redis is away, and serves again once it is back', async () => {
  const redis = await redisOn()
  const rest = await restOn({ redisUrl: redis.url })
  expect(await run(rest, 'SET', 'key', 'value')).toEqual([200, { result: 'OK' }])
  await redis.kill()
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await run(rest, 'GET', 'key')).toEqual([503, { error: expect.stringMatching(/^ERR Redis/) }])
  }
  // A connection to elsewhere may hold the port for a moment.
  await poll('the port', () => redisOn(redis.port).catch(() => undefined))
  expect(await run(rest, 'GET', 'key')).toEqual([200, { result: null }])
})

test('a Redis that dies under a request makes it a 503', async () => {
  const redis = await redisOn()
  const rest = await restOn({ redisUrl: redis.url })
  await run(rest, 'PING')
  redis.pause()
  const reply = run(rest, 'INCR', 'key')
  await poll('the request to arrive', async () => (rest.requests === 2 ? true : undefined))
  await redis.kill()
  expect((await reply)[0]).toBe(503)
})

test('stop ends requests under way and idle connections at once', async () => {
  const redis = await redisOn()
  const rest = await restOn({ redisUrl: redis.url })
  await run(rest, 'PING')
  redis.pause()
  const outcome = expect(run(rest, 'PING')).rejects.toThrow()
  await poll('the request to arrive', async () => (rest.requests === 2 ? true : undefined))
  await rest.stop()
  await rest.stop()
  await outcome
  await expect(fetch(rest.url)).rejects.toThrow()
})

test('rejects when its port is taken', async () => {
  const { port: redisPort } = await redisOn()
  const { port } = await restOn({ redisPort })
  await expect(startUpstashRest({ redisPort, port })).rejects.toThrow('EADDRINUSE')
})

test('follows the password and the database of the URL', async () => {
  const redis = await redisOn()
  await redis.command('ACL', 'SETUSER', 'ann', 'on', '>p@ss', '~*', '&*', '+@all')
  const rest = await restOn({ redisUrl: `redis://ann:p%40ss@127.0.0.1:${redis.port}/3` })
  expect(await run(rest, 'ACL', 'WHOAMI')).toEqual([200, { result: 'ann' }])
  await run(rest, 'SET', 'key', 'value')
  expect(await redis.command('INFO', 'keyspace')).toContain('db3:keys=1')

  const wrong = await restOn({ redisUrl: `redis://ann:wrong@127.0.0.1:${redis.port}` })
  const refused = [503, { error: expect.stringContaining('Redis refused the connection: WRONGPASS') }]
  expect(await run(wrong, 'SET', 'other', 'value')).toEqual(refused)
  expect(await redis.command('EXISTS', 'other')).toBe(0)
})

test.each(['rediss://host', 'http://host', 'nonsense', '', 'redis://', 'redis://host/path'])(
  'refuses the Redis URL %j',
  async (redisUrl) => {
    await expect(startUpstashRest({ redisUrl })).rejects.toThrow(TypeError)
  },
)

test('a command of half a megabyte and its reply pass whole', async () => {
  const redis = await redisOn()
  const rest = await restOn({ redisUrl: redis.url })
  const value = 'é\r\n'.repeat(130_000)
  await run(rest, 'SET', 'key', value)
  expect(await run(rest, 'GET', 'key')).toEqual([200, { result: value }])
})

const cli = fileURLToPath(new URL('../dist/upstash-rest/main.js', import.meta.url))

test('the command line serves until it is told to end', async () => {
  const redis = await redisOn()
  const child = spawn(process.execPath, [cli, '--redis', redis.url, '--port', '0', '--token', 'secret'])
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const url = String((await lines.next()).value).replace('UPSTASH_REDIS_REST_URL=', '')
  expect((await lines.next()).value).toBe('UPSTASH_REDIS_REST_TOKEN=secret')
  expect(await run({ url, token: 'secret' }, 'PING')).toEqual([200, { result: 'PONG' }])
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test('the command line brings its own redis-server, which ends with it', async () => {
  const child = spawn(process.execPath, [cli, '--port', '0', '--token', 'secret'])
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const output: string[] = []
  for (let i = 0; i < 4; i++) output.push(String((await lines.next()).value))
  const url = output[0]?.replace('UPSTASH_REDIS_REST_URL=', '') ?? ''
  expect(await run({ url, token: 'secret' }, 'SET', 'greeting', 'hello')).toEqual([200, { result: 'OK' }])
  const port = Number(/# redis-server: .*:(\d+)$/.exec(output[3] ?? '')?.[1])
  expect(await redisCommand(port, ['GET', 'greeting'])).toBe('hello')
  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  await expect(redisCommand(port, ['PING'])).rejects.toThrow(ConnectionError)
})

test.each([
  [['--help'], 0, 'upstash-rest [--redis'],
  [['--nonsense'], 1, "Unknown option '--nonsense'"],
  [['--token', ''], 1, "token must be a token such as 'secret': it is empty"],
  [['--redis', 'nonsense'], 1, 'The Redis URL must look like'],
  [['--port', 'abc'], 1, 'port'],
])('the command line with %j', async (args, code, text) => {
  const child = spawn(process.execPath, [cli, ...args])
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  expect(await once(child, 'close')).toEqual([code, null])
  expect(output).toContain(text)
  expect(output).not.toContain('    at ')
})
