import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { startRedis } from '@rl/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { spawnApi, startApi, whenListening } from './start-api.ts'

test('without settings it starts its own Redis and makes keys', async () => {
  const api = await whenListening(spawnApi('dev', { PORT: '0', REDIS_DEADLINE_MS: '30000' }))
  onTestFinished(() => api.stop())
  expect(await (await api.get('/health')).json()).toEqual({ status: 'ok', limits: 'shared' })
  const response = await api.get('/v1/random?bytes=3', 'free-key')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ bytes: expect.stringMatching(/^[\w-]{4}$/) })
  expect((await api.get('/v1/random', 'pro-key')).headers.get('ratelimit-policy')).toContain('q=600;')
  expect(api.log()).not.toContain('counts in memory')
  api.process.kill('SIGINT')
  expect(await api.ended).toBe(0)
})

test.each(['main', 'dev'] as const)('%s --help names each setting, and starts nothing', async (entry) => {
  const child = spawnApi(entry, {}, ['--help'])
  const [[code], words] = await Promise.all([once(child, 'exit'), text(child.stdout)])
  expect(code).toBe(0)
  const source = await readFile(new URL('../src/settings.ts', import.meta.url), 'utf8')
  const names = Array.from(source.matchAll(/\benv(?:\.|, ')([A-Z_]+)/g), ([, name = '']) => name)
  expect(names).toContain('GRACE_MS')
  expect(names.filter((name) => !words.includes(name))).toEqual([])
})

test('another argument is refused in one line', async () => {
  const child = spawnApi('dev', {}, ['--port', '80'])
  const [[code], words] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  expect([code, words]).toEqual([1, 'there is no argument --port: see --help\n'])
})

test('what is missing is said in one line', async () => {
  const child = spawnApi('main', { REDIS_URL: 'redis://127.0.0.1:1' })
  const [[code], words] = await Promise.all([once(child, 'exit'), text(child.stderr)])
  expect(code).toBe(1)
  expect(words).toBe('API_KEYS is missing\n')
})

test('a port that is taken ends it, though it is connected to Redis', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.stop())
  const first = await startApi(redis)
  onTestFinished(() => first.stop())
  const second = spawnApi('main', { REDIS_URL: redis.url, API_KEYS: 'ann:free:key', PORT: new URL(first.url).port })
  const [[code], words] = await Promise.all([once(second, 'exit'), text(second.stderr)])
  expect(code).toBe(1)
  expect(words).toContain('EADDRINUSE')
})
