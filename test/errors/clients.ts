import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CounterStore, FixedWindowRateLimiter, StoreError } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { NodeRedisStore } from '@rl/node-redis'
import { startRedis } from '@rl/test-servers'
import { UpstashStore, recommendedOptions as upstashOptions } from '@rl/upstash'
import { Redis as Upstash } from '@upstash/redis'
import { build } from 'esbuild'
import { Cluster, Redis } from 'ioredis'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import { ROOT } from '../docs/documents.ts'
import type { Texts } from './produce.ts'
import { said } from './said.ts'

/** As a Sentinel of node-redis before 6.2.1, which has no `hImportPrepare`. */
const OLDER_SENTINEL = {
  isOpen: true,
  acquire: async () => undefined,
  evalSha: async () => undefined,
  eval: async () => undefined,
}

/** The client's words when a call failed. */
async function causeOf(store: CounterStore): Promise<unknown> {
  const limiter = new FixedWindowRateLimiter({ name: 'api', store, limit: 1, window: '1m' })
  const error: unknown = await limiter.limit('id').catch((error: unknown) => error)
  throw error instanceof StoreError ? error.cause : error
}

export const CLIENTS: Texts = {
  '@rl: an ioredis Redis with maxRetriesPerRequest 20 retries commands after a lost reply, so a call can be charged twice. …':
    () => said('warn', () => new IoredisStore(new Redis({ lazyConnect: true }))),
  '@rl: an @upstash/redis Redis with 5 retries retries commands after a lost reply, …': () =>
    said('warn', () => new UpstashStore(new Upstash({ url: 'http://127.0.0.1:1', token: 'secret' }))),
  "@rl: an ioredis Cluster with …. Use …. To keep the client as it is, give the store { clientRetries: 'allow' } (shown once per process).":
    () => said('warn', () => new IoredisStore(new Cluster([{ port: 7000 }], { lazyConnect: true }))),
  '@rl: a node-redis Sentinel with a version of redis before 6.2.1 runs calls that were rejected during an outage when the master is back, so a failed call can be charged. …':
    () => said('warn', () => new NodeRedisStore(OLDER_SENTINEL as never)),
  '[ioredis] Unhandled error event: …ECONNREFUSED…': () =>
    said('error', () => {
      const redis = new Redis(1)
      onTestFinished(() => redis.disconnect())
    }),
  'Reached the max retries per request limit (which is 0). …': async () => {
    const redis = new Redis(1, '127.0.0.1', recommendedOptions)
    redis.on('error', () => {})
    onTestFinished(() => redis.disconnect())
    const limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 1, window: '1m' })
    await limiter.limit('id').catch((error) => {
      throw error.cause
    })
  },
  'no reply within 700 ms': async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const redis = new Redis(server.port, recommendedOptions)
    onTestFinished(() => redis.disconnect())
    const limiter = new FixedWindowRateLimiter({ name: 'api', store: new IoredisStore(redis), limit: 1, window: '1m' })
    await limiter.limit('id')
    server.pause()
    let said: string | undefined
    redis.on('error', ({ message }) => {
      said ??= message
    })
    while (said === undefined) await limiter.limit('id').catch(() => {})
    return said
  },
  'the answer is not JSON': async () => {
    const server = createServer((_, response) => response.end('<html>gateway</html>')).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const store = new UpstashStore(new Upstash({ ...upstashOptions, url: `http://127.0.0.1:${port}`, token: 'secret' }))
    return causeOf(store)
  },
  'not an error': () =>
    causeOf(new UpstashStore({ evalsha: () => Promise.reject('no'), eval: () => Promise.reject('no') })),
  'connect ECONNREFUSED …': () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' })
    // Without a listener, Node throws an error event, and the process ends.
    return new Promise((resolve) => {
      client.once('error', (error) => {
        client.destroy()
        resolve(error.message)
      })
      client.connect().catch(() => {})
    })
  },
  '[Upstash Redis] Unable to find environment variable: …UPSTASH_REDIS_REST_URL…': () =>
    said('warn', () => Upstash.fromEnv()),
  'Could not resolve "net"': async () => {
    const contents = "import { Redis } from 'ioredis'\nexport default new Redis()"
    const options = { bundle: true, write: false, logLevel: 'silent' } as const
    await build({ ...options, stdin: { contents, resolveDir: ROOT }, format: 'esm' }).catch(({ errors }) => {
      throw new Error(errors.map(({ text }: { text: string }) => text).find((text: string) => /"net"/.test(text)))
    })
  },
}
