export type {
  AdapterOptions,
  ClientRetriesOptions,
  HashTagOptions,
  LabelOptions,
  RedisStoreOptions,
} from '@rl/redis-script'
export { recommendedClusterOptions, recommendedOptions } from './options.ts'
export type { ReplyTimeoutOptions } from './reply-timeout.ts'
export { type IoredisClient, IoredisStore, type IoredisStoreOptions } from './store.ts'
