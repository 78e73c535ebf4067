export type {
  AdapterOptions,
  ClientRetriesOptions,
  HashTagOptions,
  LabelOptions,
  RedisStoreOptions,
} from '@rl/redis-script'
export { recommendedOptions } from './options.ts'
export { type NodeRedisClient, NodeRedisStore, type NodeRedisStoreOptions } from './store.ts'
