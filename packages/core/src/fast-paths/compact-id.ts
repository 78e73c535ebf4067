import { sha256 } from '../identity/sha256.ts'

const MAX_LENGTH = 128

/** The long identifier that was hashed last: one call looks the same one up several times. */
let latest = { id: '', hash: '' }

/**
 * What an identifier is remembered by, so that a table's memory is bounded whatever callers send: a long one by `#` and its
 * SHA-256. One that begins with `#` is hashed too, so that nobody can name the hash of another.
 */
export function compactId(id: string): string {
  if (id.length <= MAX_LENGTH && !id.startsWith('#')) return id
  if (id !== latest.id) latest = { id, hash: `#${sha256(new TextEncoder().encode(id))}` }
  return latest.hash
}

/** Copy: a V8 substring keeps the whole request string alive. */
export function ownCopy(text: string): string {
  return ` ${text}`.slice(1)
}
