import { OptionError } from '@rl/core'
import { describeValue } from '@rl/core/check'
import { counterKey } from '@rl/core/keys'

/** The hash tag of an identifier's key, which decides its slot in a Cluster. Takes the `counterKey` of an operation. */
export type TagOf = (key: string) => string

/** In every key, and never another: two versions with different keys would count apart. Values have {@link VALUE_LAYOUT}. */
const KEY_LAYOUT = '1'

/** The number that values begin with, in `script.lua`, too. A new form takes the next one, so that older versions fail instead of misreading. */
export const VALUE_LAYOUT = '1'

/** The begin of keys, unless the user says otherwise. */
export const DEFAULT_PREFIX = 'rl:'

/**
 * @throws {OptionError} for a prefix that would choose the slot.
 * @example const prefix = checkPrefix('shop:')
 */
export function checkPrefix(prefix: unknown, option = 'prefix'): string {
  if (typeof prefix === 'string' && prefix.isWellFormed() && !/[{}]/.test(prefix)) return prefix
  throw new OptionError(option, 'a well-formed string without braces', describeValue(prefix))
}

/**
 * The key of an identifier's counters: `rl:1:{api:user_123}`, or with hash tags `rl:1:{tag}api:user_123`.
 *
 * @param key `counterKey` of the operation.
 * @example console.log(redisKey('rl:', 'api:user_123')) // prints rl:1:{api:user_123}
 */
export function redisKey(prefix: string, key: string, tagOf?: TagOf): string {
  return tagOf === undefined ? `${prefix}${KEY_LAYOUT}:{${key}}` : `${prefix}${KEY_LAYOUT}:{${tagOf(key)}}${key}`
}

/**
 * The key of a token, on the hash tag of the counters it belongs to.
 *
 * @example console.log(tokenKey('rl:1:{api:user_123}', 'TOKEN')) // prints rl:1:{api:user_123}#TOKEN
 */
export function tokenKey(key: string, tokenId: string): string {
  return `${key}#${tokenId}`
}

/** Whose counters a key holds. */
export interface ParsedKey {
  readonly scope: string
  /** Undefined for identifiers over 128 bytes, of which only a hash is stored. */
  readonly id: string | undefined
  /** SHA-256 of such an identifier, in hexadecimal. */
  readonly idHash: string | undefined
  /** The id of a token, if the key is a token's. */
  readonly token: string | undefined
}

const KEY = /^1:\{([^{}]*)\}((?:[^{}#:]+:(?:#[0-9a-f]{64}|[^{}#]+))?)(?:#([\w-]{1,64}))?$/
const COUNTER_KEY = /^([^#:]+):(?:#([0-9a-f]{64})|([^#]+))$/

/**
 * Reads a key of this layout, as a tool does that lists keys.
 *
 * @returns `undefined` for any other key.
 * @example console.log(parseKey('rl:1:{api:user_123}', 'rl:')) // prints { scope: 'api', id: 'user_123', idHash: undefined, token: undefined }
 */
export function parseKey(text: string, prefix: string = DEFAULT_PREFIX): ParsedKey | undefined {
  if (!text.startsWith(prefix)) return undefined
  const found = KEY.exec(text.slice(prefix.length))
  if (found === null) return undefined
  const [, tag = '', rest = '', token] = found
  const [, encodedScope, idHash, encodedId] = COUNTER_KEY.exec(rest === '' ? tag : rest) ?? []
  if (encodedScope === undefined) return undefined
  const scope = decoded(encodedScope)
  const id = encodedId === undefined ? undefined : decoded(encodedId)
  // A limiter writes each name and identifier in one way only.
  if (counterKey({ scope, id: id ?? 'x' }) !== `${encodedScope}:${encodedId ?? 'x'}`) return undefined
  return { scope, id, idHash, token }
}

/** Empty, which nothing is encoded as, for what is not percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/**
 * A pattern for `SCAN … MATCH` that matches all keys under a prefix, or all of one limiter. Keys of tokens match, too, and so may
 * others: {@link parseKey} tells.
 *
 * @param isTagged Whether the keys have hash tags, as in a Cluster. Matters only beside a scope.
 * @example console.log(keyPattern('rl:', 'api')) // prints rl:1:{api:*
 */
export function keyPattern(prefix: string, scope?: string, isTagged = false): string {
  const start = `${escapeGlob(prefix)}${KEY_LAYOUT}:{`
  if (scope === undefined) return `${start}*`
  return `${start}${isTagged ? '*}' : ''}${escapeGlob(counterKey({ scope, id: 'x' }).slice(0, -1))}*`
}

/** For the patterns of Redis, in which braces stand for themselves. */
function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&')
}
