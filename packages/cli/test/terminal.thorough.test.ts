import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { FixedWindowRateLimiter } from '@rl/core'
import { counterKey } from '@rl/core/keys'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { redisKey } from '@rl/redis-script'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { builtMain, type Env, runHere, spawnCommand, spawnRl } from './support.ts'

let server: RedisServer
let redis: Redis
let env: Env
let limiter: FixedWindowRateLimiter

beforeAll(async () => {
  server = await startRedis()
  redis = new Redis(server.url, recommendedOptions)
  env = { REDIS_URL: server.url }
  limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 10, window: 2 ** 40 })
})
afterAll(async () => {
  redis?.disconnect()
  await server?.stop()
})

/** Within a terminal, of which stdin writes and stdout shows all. `script` is part of util-linux. */
function inTerminal(command: string, env: Env): ReturnType<typeof spawnCommand> {
  return spawnCommand('script', ['-qec', `${process.execPath} ${builtMain()} ${command}`, '/dev/null'], env)
}

describe('on a terminal', () => {
  test.each<[string, string, number]>([
    ['y', 'y\n', 0],
    ['n', 'n\n', 3],
    ['the end of the input', '\u0004', 3],
    ['Ctrl+C', '\u0003', 130],
  ])('reset asks, and is answered with %s', async (_, answer, exit) => {
    await limiter.reset('user_123')
    await limiter.limit('user_123')
    const { child, ended } = inTerminal('reset api user_123', env)
    let seen = ''
    child.stdout?.on('data', (text: string) => {
      seen += text
    })
    await expect.poll(() => seen).toContain('1 used in 1099511627776ms? [y/N] ')
    child.stdin?.write(answer)
    expect((await ended).exit).toBe(exit)
    expect((await limiter.peek('user_123')).remaining).toBe(exit === 0 ? 10 : 9)
  })

  test('reset whose question nobody would see is refused', async () => {
    const { ended } = inTerminal('reset api user_123 2>/dev/null', env)
    expect((await ended).exit).toBe(2)
  })

  test('tables have faint titles and bold numbers, under NO_COLOR not', async () => {
    await limiter.limit('user_123')
    expect((await inTerminal('peek api user_123', env).ended).stdout).toContain('\u001b[2mUSED')
    expect((await inTerminal('peek api user_123', { ...env, NO_COLOR: '1' }).ended).stdout).not.toContain('\u001b')
  })
})

test('a server that accepts connections and never answers', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const says = `127.0.0.1:${port}: no answer within 1 s (--timeout). See that it runs`
  const [plain, tls, upstash] = await Promise.all([
    runHere(['top', '--timeout', '1'], { REDIS_URL: `redis://127.0.0.1:${port}` }),
    runHere(['top', '--timeout', '1'], { REDIS_URL: `rediss://127.0.0.1:${port}` }),
    runHere(['top', '--timeout', '1'], {
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${port}`,
      UPSTASH_REDIS_REST_TOKEN: 't',
    }),
  ])
  silent.close()
  expect(plain).toEqual({ exit: 1, stdout: '', stderr: `rl: Redis at ${says} and can be reached from here.\n` })
  expect(tls).toEqual({
    exit: 1,
    stdout: '',
    stderr: `rl: Redis at ${says}, speaks TLS and can be reached from here.\n`,
  })
  expect(upstash).toMatchObject({ exit: 1, stderr: expect.stringMatching(/^rl: Upstash at .*\n$/) })
})

test('top of 100,000 identifiers needs no more memory than of ten', async () => {
  const id = 'x'.repeat(100)
  await limiter.limit(id)
  const key = redisKey('rl:', counterKey({ scope: 'api', id }))
  const fill = `
    local value = redis.call('GET', KEYS[1])
    for i = 1, 100000 do
      local key = string.gsub(KEYS[1], '}$', i .. '}')
      redis.call('SET', key, (string.gsub(value, ' %d+$', ' ' .. i)))
    end`
  await redis.eval(fill, 1, key)
  // All of their keys take more than twice that.
  const { ended } = spawnRl(['top', '--max-keys', '9007199254740991', '--json'], {
    ...env,
    NODE_OPTIONS: '--max-old-space-size=24',
  })
  const { exit, stdout, stderr } = await ended
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  const { counters, keysRead, isComplete } = JSON.parse(stdout)
  expect(keysRead).toBeGreaterThanOrEqual(100_001)
  expect(isComplete).toBe(true)
  expect(counters.map(({ used }: { used: number }) => used)).toEqual(Array.from({ length: 10 }, (_, i) => 100_000 - i))
})

test('ends with its server', async () => {
  const own = await startRedis()
  const { child, ended } = spawnRl(['top', '--max-keys', '9007199254740991'], { REDIS_URL: own.url })
  own.pause()
  await once(child, 'spawn')
  await own.stop()
  const { exit, stdout, stderr } = await ended
  expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
  expect(stderr).toMatch(/^rl: Redis at 127\.0\.0\.1:\d+: [^\n]+\n$/)
})
