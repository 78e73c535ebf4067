import { createRequire } from 'node:module'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterEach, expect, test, vi } from 'vitest'
import { type Client, versionOf } from '../src/client-sets.ts'

// These hold in `test`, with the installed clients, and in each project, with those of its set.
const { cache } = createRequire(import.meta.url)
const tested = JSON.parse(process.env.RL_CLIENT_VERSIONS ?? '{}') as Partial<Record<Client, string>>

afterEach(() => {
  vi.unstubAllGlobals()
})

test.each<[Client, unknown]>([
  ['ioredis', Redis],
  ['redis', createClient],
])('the tests import %s of the version that they are said to run with', (client, used) => {
  const version = tested[client] ?? versionOf(client)
  const loaded = Object.keys(cache).filter((path) => path.includes(`/${client}@${version}`))
  const exported = loaded.flatMap((path) => Object.values((cache[path]?.exports ?? {}) as object))
  expect(exported).toContain(used)
})

test('the tests import @upstash/redis of the version that they are said to run with', async () => {
  const send = vi.fn<typeof fetch>(async () => Response.json({ result: 'PONG' }))
  vi.stubGlobal('fetch', send)
  await new UpstashRedis({ url: 'http://127.0.0.1', token: 'secret', enableAutoPipelining: false }).ping()
  const headers = new Headers(send.mock.calls[0]?.[1]?.headers)
  const version = tested['@upstash/redis'] ?? versionOf('@upstash/redis')
  expect(headers.get('upstash-telemetry-sdk')).toBe(`@upstash/redis@v${version}`)
})
