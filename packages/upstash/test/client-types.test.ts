import { Redis } from '@upstash/redis'
import { Redis as CloudflareRedis } from '@upstash/redis/cloudflare'
import { Redis as FastlyRedis } from '@upstash/redis/fastly'
import { expect, test } from 'vitest'
import { recommendedOptions, UpstashStore } from '../src/index.ts'

const at = { url: 'http://127.0.0.1:8079', token: 'secret', ...recommendedOptions }
const env = { UPSTASH_REDIS_REST_URL: at.url, UPSTASH_REDIS_REST_TOKEN: at.token }

function fromEnv(): Redis {
  const before = { ...process.env }
  Object.assign(process.env, env)
  try {
    return Redis.fromEnv({ ...recommendedOptions })
  } finally {
    process.env = before
  }
}

// These are what users write: that they compile is checked with `tsc`, that they construct is checked here.
test.each<[string, () => UpstashStore]>([
  ['Redis', () => new UpstashStore(new Redis(at))],
  ['Redis with a prefix', () => new UpstashStore(new Redis(at), { prefix: 'shop:' })],
  ['Redis.fromEnv', () => new UpstashStore(fromEnv())],
  ['Redis for Cloudflare', () => new UpstashStore(new CloudflareRedis(at))],
  ['Redis.fromEnv for Cloudflare', () => new UpstashStore(CloudflareRedis.fromEnv(env, { ...recommendedOptions }))],
  ['Redis for Fastly', () => new UpstashStore(new FastlyRedis({ ...at, backend: 'upstash' }))],
  ['no automatic deserialization', () => new UpstashStore(new Redis({ ...at, automaticDeserialization: false }))],
  ['automatic pipelining', () => new UpstashStore(new Redis({ ...at, enableAutoPipelining: true }))],
  ['no automatic pipelining', () => new UpstashStore(new Redis({ ...at, enableAutoPipelining: false }))],
  ['plain responses', () => new UpstashStore(new Redis({ ...at, responseEncoding: false }))],
])('a store over %s', (_, open) => {
  expect(open()).toBeInstanceOf(UpstashStore)
})

test('what is no client, and unknown options, do not compile', () => {
  // @ts-expect-error: without its commands
  const wrongClient = () => new UpstashStore({ url: at.url })
  // @ts-expect-error: misspelt
  expect(() => new UpstashStore(new Redis(at), { prefixes: 'shop:' })).toThrow('prefixes')
  expect(wrongClient).toBeTypeOf('function')
})
