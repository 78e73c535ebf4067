import { sha256 } from './sha256.ts'

const MAX_LENGTH = 128
const HASH_SIGN = 35

/** The long identifier that was hashed last: one call looks the same one up several times. */
let latest = { id: '', hash: '' }

/**
 * The name of an identifier in this process, so that memory is bounded whatever callers send: a long one by `#` and
 * its SHA-256. One that begins with `#` is hashed too, so that nobody can name the hash of another.
 *
 * @example console.log(compactId('user_123'), compactId('x'.repeat(1000)).length) // prints user_123 65
 */
export function compactId(id: string): string {
  if (id.length <= MAX_LENGTH && id.charCodeAt(0) !== HASH_SIGN) return id
  if (id !== latest.id) latest = { id, hash: `#${sha256(new TextEncoder().encode(id))}` }
  return latest.hash
}

const codes: number[] = []

/**
 * A copy. V8 makes a substring refer to the string that it was cut from, which may be a whole request.
 *
 * @example const kept = ownCopy('GET /user_123'.slice(5))
 */
export function ownCopy(key: string): string {
  codes.length = key.length
  for (let i = 0; i < key.length; i++) codes[i] = key.charCodeAt(i)
  return String.fromCharCode.apply(undefined, codes)
}
