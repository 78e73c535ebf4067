export { type ClientRetries, type ClientRetriesOptions, checkClientRetries } from './client-retries.ts'
export {
  type Command,
  decodeRefund,
  decodeTakes,
  encodeRefund,
  encodeTakes,
  redisKey,
  type TagOf,
} from './codec.ts'
export { type HashTagOptions, hashTags, tagsFor } from './hash-tags.ts'
export { lostConnection } from './lost-connection.ts'
export { ownOptions } from './own-options.ts'
export { reconnectDelay } from './reconnect-delay.ts'
export { REDIS_SCRIPT, type Script, UPSTASH_SCRIPT } from './script.ts'
export { type RedisStoreOptions, type ScriptClient, ScriptStore, type ScriptStoreSettings } from './store.ts'
