import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer as createWebServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisServer, redisCommand, startRedis, startUpstashRest, type UpstashRestServer } from '@rl/test-servers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectGoodRun, expectRunOnRedis } from './good-run.ts'
import { type Result, spawnDemo } from './spawn-demo.ts'

const PATIENCE = { timeout: 20_000, interval: 20 }

let redis: RedisServer
let upstash: UpstashRestServer

beforeAll(async () => {
  redis = await startRedis()
  upstash = await startUpstashRest({ redisUrl: redis.url })
})

afterAll(async () => {
  await upstash?.stop()
  await redis?.stop()
})

describe.concurrent('a run', () => {
  test('on a server that the demo starts and ends, with a picture', async ({ expect }) => {
    const folder = await mkdtemp(join(tmpdir(), 'rl-demo-'))
    const picture = join(folder, 'demo.svg')
    const result = await spawnDemo(['--picture', picture]).result
    expectGoodRun(result)
    const [, port] = /^\n\/\S+ was started for this on port (\d+), and ends with it\.\n/.exec(result.stdout) ?? []
    expect(result.stdout).toContain('1  user_123 has 100 calls per minute through 4 processes')
    expect(result.stdout).toContain(`4 processes share 40 calls per second, counted by Redis at 127.0.0.1:${port}`)
    await expect(redisCommand(Number(port), ['PING'])).rejects.toThrow()
    const drawn = await readFile(picture, 'utf8')
    expect(drawn).toContain('>4 processes share 40 calls per second<')
    expect(drawn).toMatch(/>A ioredis, pid \d+: /)
    await rm(folder, { recursive: true })
  })

  test('in memory where there is no redis-server', async ({ expect }) => {
    const result = await spawnDemo([], { PATH: '' }).result
    expectGoodRun(result)
    expect(result.stdout).toMatch(/^\nNo redis-server was found on PATH, so memory is used\. .*\n/)
    expect(result.stdout).toContain('4 limiters share 40 calls per second, counted in the memory of this process')
  })

  // With either client in all processes: stores.thorough.test.ts.
  test('--store mixed: processes on one Redis', () => expectRunOnRedis('mixed', redis))

  test('processes over Upstash REST', async ({ expect }) => {
    const env = { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: upstash.token }
    const result = await spawnDemo([], env).result
    expectGoodRun(result)
    expect(result.stdout).toContain(`counted by Upstash at 127.0.0.1:${upstash.port}`)
  })

  test('on a server that loses its counters says so and fails', async ({ expect }) => {
    const losing = await startRedis()
    try {
      const demo = spawnDemo([], { REDIS_URL: losing.url })
      await demo.printed('4 processes')
      const flushing = setInterval(() => losing.command('FLUSHDB').catch(() => {}), 300)
      const result = await demo.result
      clearInterval(flushing)
      expect(result.stdout).toMatch(/FAILED: \d+ admitted in the window .* more than the limit of 40/)
      expect(result.exit).toBe(1)
    } finally {
      await losing.stop()
    }
  })

  test('on a server that dies meanwhile ends with one line', async ({ expect }) => {
    const dying = await startRedis()
    const demo = spawnDemo([], { REDIS_URL: dying.url })
    await demo.printed('4 processes')
    await dying.kill()
    const { exit, stderr } = await demo.result
    await dying.stop()
    expect(stderr).toMatch(/^Redis at 127\.0\.0\.1:\d+ is not reachable \(.*\)\. .*\n$/)
    expect(exit).toBe(1)
  })

  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once upon %s, with its processes', async ([signal, code], { expect }) => {
    const own = await startRedis()
    try {
      const demo = spawnDemo([], { REDIS_URL: own.url })
      await demo.printed('40/40 admitted')
      expect(await clients(own)).toBe(6)
      demo.child.kill(signal)
      const { exit, stderr } = await demo.result
      expect(stderr).toBe('')
      expect(exit).toBe(code)
      await expect.poll(() => clients(own), PATIENCE).toBe(1)
    } finally {
      await own.stop()
    }
  })
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function clients(server: RedisServer): Promise<number> {
  return String(await server.command('CLIENT', 'LIST'))
    .trim()
    .split('\n').length
}

describe.concurrent('one line on stderr', () => {
  const silent = createServer(() => {})
  const web = createWebServer((_, response) => response.end('<p>hello</p>'))
  let silentPort = 0
  let webPort = 0

  beforeAll(async () => {
    silentPort = await listen(silent)
    webPort = await listen(web)
  })
  afterAll(() => {
    silent.close()
    web.close()
  })

  async function complaint(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Result> {
    const result = await spawnDemo(args, env).result
    expect(result.stdout).toBe('')
    expect(result.stderr).toMatch(/^[^\n]+\n$/)
    expect(result.stderr).not.toContain('secret')
    return result
  }

  test.for(['ioredis', 'node-redis', 'mixed'])('--store %s without a server', async (store, { expect }) => {
    const { stderr, exit } = await complaint(['--store', store], { REDIS_URL: 'redis://joe:secret@127.0.0.1:2' })
    expect(stderr).toContain('Redis at 127.0.0.1:2 is not reachable (ECONNREFUSED).')
    expect(exit).toBe(1)
  })

  test.for(['ioredis', 'node-redis'])('--store %s with a wrong password', async (store, { expect }) => {
    const url = `redis://joe:secret@127.0.0.1:${redis.port}`
    const { stderr, exit } = await complaint(['--store', store], { REDIS_URL: url })
    expect(stderr).toContain('refuses the credentials (WRONGPASS)')
    expect(exit).toBe(1)
  })

  test.for(['ioredis', 'node-redis'])('--store %s on a server that never answers', async (store, { expect }) => {
    const { stderr, exit } = await complaint(['--store', store], { REDIS_URL: `redis://127.0.0.1:${silentPort}` })
    expect(stderr).toContain('is not reachable (it did not answer within 5 s)')
    expect(exit).toBe(1)
  })

  test.for(['ioredis', 'node-redis', 'mixed'])('--store %s on a web server', async (store, { expect }) => {
    const { stderr, exit } = await complaint(['--store', store], {
      REDIS_URL: `redis://joe:secret@127.0.0.1:${webPort}`,
    })
    expect(stderr).toMatch(
      `The server at 127.0.0.1:${webPort} answers in HTTP, so it is no Redis. Correct the host and`,
    )
    expect(exit).toBe(1)
  })

  test.for(['ioredis', 'node-redis'])('--store %s with TLS on a server without', async (store, { expect }) => {
    const { stderr, exit } = await complaint(['--store', store], { REDIS_URL: `rediss://127.0.0.1:${webPort}` })
    expect(stderr).toContain('does not speak TLS. Begin REDIS_URL with redis://')
    expect(exit).toBe(1)
  })

  test('an Upstash server that is another web server', async ({ expect }) => {
    const env = { UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${webPort}`, UPSTASH_REDIS_REST_TOKEN: 'secret' }
    const { stderr, exit } = await complaint([], env)
    expect(stderr).toContain('does not answer as Upstash does. Check UPSTASH_REDIS_REST_URL.')
    expect(exit).toBe(1)
  })

  test('an Upstash server that is not there', async ({ expect }) => {
    const env = { UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:2', UPSTASH_REDIS_REST_TOKEN: 'secret' }
    const { stderr, exit } = await complaint([], env)
    expect(stderr).toContain('Upstash at 127.0.0.1:2 is not reachable (ECONNREFUSED).')
    expect(exit).toBe(1)
  })

  test('an Upstash server that never answers', async ({ expect }) => {
    const env = { UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${silentPort}`, UPSTASH_REDIS_REST_TOKEN: 'secret' }
    const { stderr, exit } = await complaint([], env)
    expect(stderr).toContain('is not reachable (it did not answer within 5 s)')
    expect(exit).toBe(1)
  })

  test('a wrong Upstash token', async ({ expect }) => {
    const env = { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: 'secret' }
    const { stderr, exit } = await complaint([], env)
    expect(stderr).toContain('Check UPSTASH_REDIS_REST_TOKEN')
    expect(exit).toBe(1)
  })

  test('no redis-server to start', async ({ expect }) => {
    const { stderr, exit } = await complaint(['--store', 'mixed'], { PATH: '' })
    expect(stderr).toBe('No redis-server was found on PATH: install one, set REDIS_URL, or use --store memory.\n')
    expect(exit).toBe(1)
  })

  test('a program that is not a redis-server', async ({ expect }) => {
    const { stderr, exit } = await complaint([], { REDIS_SERVER_BIN: '/bin/false' })
    expect(stderr).toMatch(/^redis-server did not start on port \d+\. Correct that, set REDIS_URL/)
    expect(exit).toBe(1)
  })

  test('a folder in the place of a redis-server', async ({ expect }) => {
    const { stderr, exit } = await complaint([], { REDIS_SERVER_BIN: tmpdir() })
    expect(stderr).toContain('which is not an executable file. Correct that, set REDIS_URL')
    expect(exit).toBe(1)
  })

  test('a Node that is too old', async ({ expect }) => {
    const versions = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })`
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(versions)}`
    const { stderr, exit } = await complaint(['--store', 'memory'], { NODE_OPTIONS })
    expect(stderr).toBe('The demo needs Node 20.19 or later, and this is 20.18.3: https://nodejs.org.\n')
    expect(exit).toBe(1)
  })

  test('missing Upstash variables', async ({ expect }) => {
    const { exit } = await complaint(['--store', 'upstash'], {})
    expect(exit).toBe(1)
  })

  test.for([['--store', 'nope'], ['--nope'], ['nope']])('%j', async (args, { expect }) => {
    const { exit } = await complaint(args, {})
    expect(exit).toBe(2)
  })
})

test('--help explains itself', async () => {
  const { stdout, exit } = await spawnDemo(['--help']).result
  expect(stdout).toContain('--store memory')
  expect(exit).toBe(0)
})
