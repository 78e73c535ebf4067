/** The hash tag of an identifier's key, which decides its slot in a Cluster. Takes the `counterKey` of an operation. */
export type TagOf = (key: string) => string

/** The version of keys and values. Another layout gets another one, so that the two never meet. */
export const LAYOUT = '1'

/** What keys begin with, unless the user says otherwise. */
export const DEFAULT_PREFIX = 'rl:'

/**
 * The key of an identifier's counters: `rl:1:{api:user_123}`, or with hash tags `rl:1:{tag}api:user_123`.
 *
 * @param key `counterKey` of the operation.
 */
export function redisKey(prefix: string, key: string, tagOf?: TagOf): string {
  return tagOf === undefined ? `${prefix}${LAYOUT}:{${key}}` : `${prefix}${LAYOUT}:{${tagOf(key)}}${key}`
}

/** The key of a token, on the hash tag of the counters it belongs to: `rl:1:{api:user_123}#TOKEN`. */
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
 * @example parseKey('rl:1:{api:user_123}', 'rl:') // { scope: 'api', id: 'user_123', idHash: undefined, token: undefined }
 */
export function parseKey(text: string, prefix: string = DEFAULT_PREFIX): ParsedKey | undefined {
  if (!text.startsWith(prefix)) return undefined
  const found = KEY.exec(text.slice(prefix.length))
  if (found === null) return undefined
  const [, tag = '', rest = '', token] = found
  const [, scope, idHash, id] = COUNTER_KEY.exec(rest === '' ? tag : rest) ?? []
  if (scope === undefined) return undefined
  try {
    return { scope: decodeURIComponent(scope), id: id === undefined ? id : decodeURIComponent(id), idHash, token }
  } catch {
    return undefined
  }
}
