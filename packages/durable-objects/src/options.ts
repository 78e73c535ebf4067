import { checkInteger, ownOptions, wrongOption } from '@rl/core/check'

/**
 * Options of a `DurableObjectStore`.
 *
 * @example new DurableObjectStore(env.LIMITS, { shards: 128 })
 */
export interface DurableObjectStoreOptions {
  /**
   * Over how many objects identifiers are spread: an integer from 1 to 4096. Cloudflare gives each up to
   * 1,000 requests a second. Default 32.
   *
   * The objects remember the number. A store with another one gets a `StoreError` (`'not-executed'`) for each operation: its
   * identifiers would have second counters. For another number, name other objects by `name`.
   */
  readonly shards?: number | undefined
  /**
   * The beginning of the objects' names: 1 to 64 letters, digits, `-` or `_`. Stores with different names share no counters. Default
   * `'rl'`.
   */
  readonly name?: string | undefined
}

export interface Settings {
  readonly shards: number
  readonly name: string
}

/** @throws {OptionError} naming the option that is wrong. */
export function parseOptions(options: DurableObjectStoreOptions): Settings {
  const { shards = 32, name = 'rl' } = ownOptions('options', options, ['shards', 'name'])
  if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
    throw wrongOption('name', '1 to 64 letters, digits, - or _', name)
  }
  return { shards: checkInteger('shards', shards, 1, 4096), name }
}
