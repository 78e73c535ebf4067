import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { UpstashStore } from '@rl/upstash'
import { Redis as Upstash } from '@upstash/redis'
import { build } from 'esbuild'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { onTestFinished } from 'vitest'
import { ROOT } from '../docs/documents.ts'
import type { Texts } from './produce.ts'
import { said } from './said.ts'

export const CLIENTS: Texts = {
  '@rl: an ioredis Redis with maxRetriesPerRequest 20 retries commands after a lost reply, so a call can be charged twice. …':
    () => said('warn', () => new IoredisStore(new Redis({ lazyConnect: true }))),
  '@rl: an @upstash/redis Redis with 5 retries retries commands after a lost reply, …': () =>
    said('warn', () => new UpstashStore(new Upstash({ url: 'http://127.0.0.1:1', token: 'secret' }))),
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
