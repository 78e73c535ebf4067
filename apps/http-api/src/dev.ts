import { startRedis } from '@rl/test-servers'

// Production must set these: a Redis, here one that ends with this process, and keys. With arguments nothing is started.
if (process.argv.length === 2) {
  process.env.REDIS_URL ??= (await startRedis()).url
  process.env.API_KEYS ??= 'ann:free:free-key,bob:pro:pro-key'
}
await import('./main.ts')
