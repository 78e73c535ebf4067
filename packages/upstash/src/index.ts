export type { ClientRetriesOptions, RedisStoreOptions } from '@rl/redis-script'
export { recommendedOptions } from './options.ts'
export { type UpstashClient, UpstashStore } from './store.ts'
