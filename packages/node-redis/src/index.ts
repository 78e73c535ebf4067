export type { ClientRetriesOptions, HashTagOptions, RedisStoreOptions } from '@rl/redis-script'
export { recommendedOptions } from './options.ts'
export { type NodeRedisClient, NodeRedisStore } from './store.ts'
