import { Redis } from '@upstash/redis'
import { Redis as CloudflareRedis } from '@upstash/redis/cloudflare'
import { Redis as FastlyRedis } from '@upstash/redis/fastly'
import { expect, test, vi } from 'vitest'
import { recommendedOptions, type UpstashClient, UpstashStore } from '../src/index.ts'

const at = { url: 'http://127.0.0.1:8079', token: 'secret' }
const strict = (client: UpstashClient) => () => new UpstashStore(client, { clientRetries: 'throw' })

// Where a client keeps this is no public matter: a new version that hides it shows here.
test.each<[string, UpstashClient, string]>([
  ['the default options', new Redis(at), '5 retries'],
  ['retry: false, which still sends twice', new Redis({ ...at, retry: false }), '1 retries'],
  ['automatic pipelining off', new Redis({ ...at, enableAutoPipelining: false }), '5 retries'],
  ['the default options for Cloudflare', new CloudflareRedis(at), '5 retries'],
  ['the default options for Fastly', new FastlyRedis({ ...at, backend: 'upstash' }), '5 retries'],
])('a client with %s sends again, which the store says', (_, client, setting) => {
  expect(strict(client)).toThrow(setting)
})

test.each<[string, UpstashClient]>([
  ['the recommended options', new Redis({ ...at, ...recommendedOptions })],
  ['them, without automatic pipelining', new Redis({ ...at, ...recommendedOptions, enableAutoPipelining: false })],
  ['them, for Cloudflare', new CloudflareRedis({ ...at, ...recommendedOptions })],
  ['no options to see, as a wrapper', { evalsha: vi.fn(), eval: vi.fn(), del: vi.fn() }],
])('a client with %s sends nothing again', (_, client) => {
  expect(strict(client)).not.toThrow()
})

test('by default the store warns once, and never with the URL or the token', () => {
  const warn = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {})
  for (let i = 0; i < 3; i++) new UpstashStore(new Redis(at))
  new UpstashStore(new Redis(at), { clientRetries: 'allow' })
  new UpstashStore(new Redis({ ...at, ...recommendedOptions }))
  expect(warn.mock.calls).toEqual([[expect.stringContaining('{ retry: { retries: 0 } }')]])
  expect(String(warn.mock.calls)).not.toMatch(/secret|8079/)
  warn.mockRestore()
})
