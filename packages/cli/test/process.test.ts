import { closeSync, existsSync, openSync } from 'node:fs'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Env, spawnRl } from './support.ts'

const SECRET = 's3cr3t-p@ss'
/** All that Node and the clients would say of what they do. */
const TALKATIVE = { DEBUG: '*', NODE_DEBUG: 'net,tls,http,https,http2,fetch,undici,stream,timer,child_process' }

let server: RedisServer
let env: Env

beforeAll(async () => {
  server = await startRedis()
  await server.command('ACL', 'SETUSER', 'user', 'on', `>${SECRET}`, '~*', '+@all')
  env = { REDIS_URL: `redis://user:${encodeURIComponent(SECRET)}@127.0.0.1:${server.port}` }
  const redis = new Redis(server.url, recommendedOptions)
  const limiter = new FixedWindowRateLimiter({
    name: 'api',
    store: new IoredisStore(redis),
    limit: 100,
    window: 2 ** 40,
  })
  await Promise.all(Array.from({ length: 500 }, (_, i) => limiter.limit(`user_${i}`)))
  await redis.quit()
})
afterAll(() => server?.stop())

test.concurrent('reset asks for --yes, and resets', async () => {
  const { exit, stdout, stderr } = await spawnRl(['reset', 'api', 'user_7'], env).ended
  expect({ exit, stdout, lines: stderr.split('\n').length }).toEqual({ exit: 2, stdout: '', lines: 2 })
  const json = JSON.parse((await spawnRl(['reset', 'api', 'user_7', '--yes', '--json'], env).ended).stdout)
  expect(json).toMatchObject({ name: 'api', id: 'user_7', before: [{ used: 1 }] })
})

test.concurrent.each<[string, () => Env]>([
  ['the password is right', () => env],
  ['the password is wrong', () => ({ REDIS_URL: env.REDIS_URL?.replace('%40', 's3cr3t') ?? '' })],
  ['nothing listens', () => ({ REDIS_URL: `redis://user:${SECRET}@127.0.0.1:1` })],
  ['Upstash is not there', () => ({ UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:2', UPSTASH_REDIS_REST_TOKEN: SECRET })],
])('no credentials are shown where %s, however talkative the libraries are', async (name, given) => {
  const { exit, stdout, stderr } = await spawnRl(['top'], { ...given(), ...TALKATIVE }).ended
  expect(exit).toBe(name === 'the password is right' ? 0 : 1)
  const all = `${stdout}${stderr}`
  expect(all).toContain('NET ')
  expect(all).not.toMatch(/s3cr3t|ioredis:/)
  expect(all).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 8))
  expect(all).not.toContain(Buffer.from('s3cr3t').toString('hex'))
})

test.concurrent('a reader that ends early is no failure', async () => {
  const { child, ended } = spawnRl(['top', '--limit', '500', '--json'], env)
  child.stdout?.destroy()
  expect(await ended).toEqual({ exit: 141, stdout: '', stderr: '' })
})

test.runIf(existsSync('/dev/full'))('a full disk is one', async () => {
  const full = openSync('/dev/full', 'w')
  const { ended } = spawnRl(['--version'], {}, full)
  expect(await ended).toMatchObject({
    exit: 1,
    stderr: 'rl: the output could not be written (ENOSPC): is the disk full?\n',
  })
  closeSync(full)
})
