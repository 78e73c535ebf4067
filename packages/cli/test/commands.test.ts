import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, type ServerClock, serverClock, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Env, jsonOf, runHere } from './support.ts'

let clock: ServerClock
let server: RedisServer
let redis: Redis
let env: Env

beforeAll(async () => {
  clock = await serverClock()
  server = await startRedis({ clock })
  redis = new Redis(server.url, recommendedOptions)
  env = { REDIS_URL: server.url }
})
afterAll(async () => {
  redis?.disconnect()
  await server?.stop()
})
beforeEach(() => redis.flushall())

const rl = (...args: string[]) => runHere(args, env)

function limiterOf(name: string, options: ConstructorParameters<typeof IoredisStore>[1] = {}): FixedWindowRateLimiter {
  // The present window lasts from 2004 to 2039.
  return new FixedWindowRateLimiter({
    name,
    store: new IoredisStore(redis, options),
    windows: [{ unit: 'calls', limit: 2 ** 50, window: 2 ** 40 }],
    deadlineMs: 10_000,
  })
}

describe('text', () => {
  test('of peek', async () => {
    await limiterOf('api').limit('user_123', { cost: { calls: 17 } })
    const { exit, stdout, stderr } = await rl('peek', 'api', 'user_123')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      `api user_123, Redis at 127.0.0.1:${server.port}`,
      '    USED  WINDOW           ENDS',
      expect.stringMatching(/^17 calls {2}1099511627776ms {2}2039-09-07T15:47:35\.552Z \(in \d+d \d+h\)$/),
      '',
    ])
  })

  test('of top', async () => {
    await limiterOf('api').limit('user_123', { cost: { calls: 7 } })
    await limiterOf('a b').limit('x'.repeat(200), { cost: { calls: 1234 } })
    const { exit, stdout, stderr } = await rl('top')
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ {6}USED {2}WINDOW {11}ENDS IN {2,}NAME {3}IDENTIFIER$/),
      expect.stringMatching(
        /^1234 calls {2}1099511627776ms {2}\d+d \d+h {2,}"a b" {2}\(over 128 bytes, stored as SHA-256 [0-9a-f]{64}\)$/,
      ),
      expect.stringMatching(/^ {3}7 calls {2}1099511627776ms {2}\d+d \d+h {2,}api {4}user_123$/),
      `Looked at all keys: 2 identifiers, 4 commands, Redis at 127.0.0.1:${server.port}.`,
      '',
    ])
  })

  test('shows nothing of an identifier or a name that a terminal would obey', async () => {
    const hostile = '\u001b]0;title\u0007\u009b31m\u202e\u2066\r\n\u007f\u2028\u200b'
    await limiterOf(hostile).limit(hostile, { cost: { calls: 1 } })
    const outputs = [
      await rl('peek', hostile, hostile),
      await rl('top'),
      await rl('top', '--json'),
      await rl('peek', hostile, hostile, '--json'),
      await runHere(['reset', hostile, hostile], env, 'no'),
      await rl('reset', hostile, hostile, '--yes', '--json'),
      await rl('peek', hostile, 'nobody'),
      await rl('peek', `--${hostile}`),
      await rl('top', '--limit', hostile),
    ]
    for (const { stdout, stderr } of outputs) {
      expect(`${stdout}${stderr}`).toContain(String.raw`\u202e`)
      expect(`${stdout}${stderr}`.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]+$/)
    }
    const [, , top] = outputs
    expect(JSON.parse(top?.stdout ?? '').counters).toMatchObject([{ name: hostile, id: hostile, used: 1 }])
  })

  test('shows a zone, a unit or an end that nobody would write', async () => {
    const key = 'rl:1:{api:user_123}'
    await redis.set(key, `1;day_~1B~9B=${2 ** 53 - 1};e1_${'9'.repeat(30)}=${2 ** 53 - 1};~1B=${2 ** 53 - 1} 1,2,3`)
    const { stdout } = await rl('peek', 'api', 'user_123')
    expect(stdout).toContain(String.raw`day "\u001b\u009b"`)
    expect(stdout).toContain('9007199254740991 ms (in ')
    expect(stdout.replaceAll('\n', '')).toMatch(/^[\x20-\x7e]+$/)
  })
})

test('peek, top and reset leave out windows that are over, by the clock of the server', async () => {
  const key = 'rl:1:{api:user_123}'
  const yesterday = Date.now() - 86_400_000
  await redis.set(key, `1;e60000=${yesterday};e1099511627776=${2 ** 41} 5,2`)
  const usedBy = async (...args: string[]): Promise<number[]> =>
    (await jsonOf<{ counters: { used: number }[] }>(args, env)).counters.map(({ used }) => used)
  for (const [days, used] of [
    [0, [2]],
    [-2, [5, 2]],
  ] as const) {
    await clock.set(days * 86_400_000)
    expect(await usedBy('peek', 'api', 'user_123')).toEqual(used)
    expect(await usedBy('top')).toEqual(used)
  }
  await clock.set(0)
  expect((await rl('reset', 'api', 'user_123', '--yes')).stdout).toContain('reset, 2 used in 1099511627776ms before')
  expect(await redis.get(key)).toBe(`1;e1099511627776=${2 ** 41} 0:1`)
  await redis.set(key, `1;e60000=${yesterday} 5`)
  expect((await rl('peek', 'api', 'user_123')).stdout).toContain('nothing used in an open window')
})

test('prefix and hash tags are those of the store', async () => {
  const limiter = limiterOf('api', { prefix: 'a*[b]?\\:', hashTags: 5 })
  await limiter.limit('user_123')
  const where = ['--prefix', 'a*[b]?\\:', '--hash-tags', '5']
  for (const args of [where, where.slice(0, 2), []]) {
    const { counters } = await jsonOf<{ counters: unknown[] }>(['peek', 'api', 'user_123', ...args], env)
    expect(counters).toHaveLength(args === where ? 1 : 0)
    const list = await jsonOf<{ counters: unknown[] }>(['top', 'api', ...args], env)
    expect(list.counters).toHaveLength(args === where ? 1 : 0)
  }
  await jsonOf(['reset', 'api', 'user_123', '--yes', ...where], env)
  expect((await limiter.peek('user_123')).remaining).toBe(2 ** 50)
})

test('top leaves tokens, keys that no limiter writes and counters at 0 out', async () => {
  await limiterOf('api').limit('user_123')
  await limiterOf('api').limit('other')
  await limiterOf('api').reset('other')
  await redis.set('rl:1:{api:user_123}#token', '1 1 1:1')
  await redis.set('rl:1:{api:%61}', `1;e1=${2 ** 41} 5`)
  await redis.rpush('rl:1:{api:list}', 'x')
  await redis.set('rl:1:{api:broken}', 'x')
  const list = await jsonOf(['top'], env)
  expect(list).toMatchObject({ counters: [{ id: 'user_123' }], keysRead: 3, broken: 1 })
  expect((await rl('top')).stdout).toContain(' No limiter can read the values of 1: see rl peek --help.')
})

describe('the question of reset', () => {
  test.each<[string, number]>([
    ['y', 0],
    [' YES ', 0],
    ['', 3],
    ['n', 3],
    ['yes please', 3],
  ])('answered with %j, it exits with %i', async (answer, exit) => {
    const limiter = limiterOf('api')
    await limiter.limit('user_123', { cost: { calls: 17 } })
    const ended = await runHere(['reset', 'api', 'user_123', '--json'], env, answer)
    expect(ended.exit).toBe(exit)
    const where = `Redis at 127.0.0.1:${server.port}`
    const question = `Reset api user_123, ${where}: 17 calls used in 1099511627776ms? [y/N] `
    expect(ended.stderr).toBe(exit === 0 ? question : `${question}rl: nothing was reset\n`)
    if (exit === 0) expect(JSON.parse(ended.stdout)).toMatchObject({ id: 'user_123', before: [{ used: 17 }] })
    else expect(ended.stdout).toBe('')
    expect((await limiter.peek('user_123')).remaining).toBe(2 ** 50 - (exit === 0 ? 0 : 17))
  })

  test('windows that begin while it is asked are reset, too', async () => {
    const key = 'rl:1:{api:user_123}'
    await redis.set(key, `1;e1099511627776=${2 ** 41} 5`)
    const { exit, stdout } = await runHere(['reset', 'api', 'user_123'], env, async () => {
      await redis.set(key, `1;e1099511627776=${2 ** 41};f1000=${2 ** 42} 5,6`)
      return 'y'
    })
    expect({ exit, stdout }).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('6 used in 1s first-hit before'),
    })
    expect(await redis.get(key)).toBe(`1;e1099511627776=${2 ** 41} 0:1`)
  })

  test('without a terminal, --yes is needed, and nothing changes', async () => {
    const limiter = limiterOf('api')
    await limiter.limit('user_123')
    expect(await rl('reset', 'api', 'user_123')).toEqual({
      exit: 2,
      stdout: '',
      stderr: 'rl: rl reset asks first, and there is no terminal to ask on: add --yes\n',
    })
    expect((await limiter.peek('user_123')).remaining).toBe(2 ** 50 - 1)
  })
})

test('help says what each command does, and needs no server', async () => {
  const lines = [['--help'], ['help', 'x'], ['peek', '--help'], ['help', 'top'], ['reset', 'x', '-h'], ['--version']]
  const ended = await Promise.all(lines.map((args) => runHere(args, {})))
  for (const { exit, stderr } of ended) expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  const [overview, other, peek, top, reset, version] = ended.map(({ stdout }) => stdout)
  expect(overview).toContain('Exit codes: 0 done')
  expect(other).toBe(overview)
  expect(peek).toMatch(/^Shows an identifier's counters/)
  expect(top).toMatch(/^Shows the counters with the most units used/)
  expect(reset).toMatch(/^Sets an identifier's counters to 0/)
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/)
})
