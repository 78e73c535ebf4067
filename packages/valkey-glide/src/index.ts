export type {
  AdapterOptions,
  ClientRetriesOptions,
  HashTagOptions,
  LabelOptions,
  RedisStoreOptions,
} from '@rl/redis-script'
export { type RecommendedOptions, recommendedOptions } from './options.ts'
export { type GlideClient, type GlideScript, ValkeyGlideStore, type ValkeyGlideStoreOptions } from './store.ts'
