import { checkInteger } from '../options/check.ts'

/** The bounds of a table in this process. */
export interface CacheOptions {
  /** Identifiers remembered at most: an integer from 1 to 2^53-1. Those asked for least recently go first. Default 10 000. */
  readonly maxKeys?: number | undefined
  /**
   * How long what is remembered is used before the store is asked again, in milliseconds from when it was asked last: an
   * integer from 1. Default 1000.
   */
  readonly maxAgeMs?: number | undefined
}

export interface CacheSettings {
  readonly maxKeys: number
  readonly maxAgeMs: number
}

/** @throws {OptionError} naming the setting that is wrong. */
export function parseCache(path: string, { maxKeys = 10_000, maxAgeMs = 1000 }: CacheOptions): CacheSettings {
  return {
    maxKeys: checkInteger(`${path}.maxKeys`, maxKeys, 1),
    maxAgeMs: checkInteger(`${path}.maxAgeMs`, maxAgeMs, 1),
  }
}
