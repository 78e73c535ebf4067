export {
  type Adapter,
  type AdapterOptions,
  AdapterStore,
  type ClientTraits,
  type LabelOptions,
} from './adapter/adapter-store.ts'
export type { ExpectedClient } from './adapter/check-client.ts'
export type { ClientRetries, ClientRetriesOptions } from './adapter/client-retries.ts'
export { type ConnectionEvents, lastErrorOf } from './adapter/last-error.ts'
export type { Library } from './adapter/libraries.ts'
export { lostConnection } from './adapter/lost-connection.ts'
export { reconnectDelay } from './adapter/reconnect-delay.ts'
export { decode } from './codec/decode.ts'
export { type Command, encode } from './codec/encode.ts'
export {
  checkPrefix,
  DEFAULT_PREFIX,
  keyPattern,
  type ParsedKey,
  parseKey,
  redisKey,
  type TagOf,
  tokenKey,
} from './codec/key.ts'
export { type ParsedValue, parseCounterName, parseValue, type StoredCounter } from './codec/value.ts'
export { cleanCause, toStoreError } from './failure.ts'
export { hashTags, tagsFor } from './hash-tags.ts'
export { REDIS_SCRIPT, type Script, UPSTASH_SCRIPT } from './script.ts'
export { type RedisStoreOptions, type ScriptClient, ScriptStore, type ScriptStoreSettings } from './store.ts'
export type { HashTagOptions } from './tag-count.ts'
