export type { AdapterOptions, ClientRetriesOptions, LabelOptions, RedisStoreOptions } from '@rl/redis-script'
export { type RecommendedOptions, recommendedOptions } from './options.ts'
export { type UpstashClient, UpstashStore, type UpstashStoreOptions } from './store.ts'
