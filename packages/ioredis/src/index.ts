export type { ClientRetriesOptions, HashTagOptions, RedisStoreOptions } from '@rl/redis-script'
export { recommendedClusterOptions, recommendedOptions } from './options.ts'
export { type IoredisClient, IoredisStore } from './store.ts'
