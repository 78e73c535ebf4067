import { REDIS_SHA, REDIS_TEXT, UPSTASH_SHA, UPSTASH_TEXT } from './script/text.generated.ts'

/** A script's text and the SHA-1 that a server knows it by. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** For Redis and Valkey. */
export const REDIS_SCRIPT: Script = { text: REDIS_TEXT, sha: REDIS_SHA }

/**
 * For Upstash, which locks the whole database for a script unless the script says that it only touches the keys it declares; Redis
 * itself refuses that flag. This text also writes with `SET … PXAT` alone: SETRANGE and KEEPTTL are cheaper, but right only where
 * keys do not expire while a script runs, as in Redis.
 */
export const UPSTASH_SCRIPT: Script = { text: UPSTASH_TEXT, sha: UPSTASH_SHA }
