import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

const MAX_LENGTH = 128

/** The long identifier that was hashed last: one call looks the same one up several times. */
let latest = { id: '', hash: '' }

/**
 * What an identifier is remembered by, so that a table of so many entries takes so much memory, whatever callers send: one
 * that is long by `#` and its SHA-256. One that begins with `#` as well, so that nobody can name the hash of another.
 * Bad identifiers stay as they are: nothing is ever remembered of them.
 */
export function rememberedId(id: string): string {
  if (typeof id !== 'string' || (id.length <= MAX_LENGTH && !id.startsWith('#')) || !id.isWellFormed()) return id
  if (id !== latest.id) latest = { id, hash: `#${bytesToHex(sha256(utf8ToBytes(id)))}` }
  return latest.hash
}

/** A copy: V8 keeps all of a request for the sake of an identifier that was cut out of it. */
export function ownCopy(text: string): string {
  return ` ${text}`.slice(1)
}
