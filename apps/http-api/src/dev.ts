import { startRedis } from '@rl/test-servers'

// What production has to set: a Redis, here one that is gone with this process, and keys.
process.env.REDIS_URL ??= (await startRedis()).url
process.env.API_KEYS ??= 'ann:free:free-key,bob:pro:pro-key'
await import('./main.ts')
