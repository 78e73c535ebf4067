import type { Subject } from '../contract/operations.ts'
import { sha256 } from './sha256.ts'

/** An identifier of more bytes than this in UTF-8 is replaced by its hash. */
const MAX_BYTES = 128

/** By character code: 1 for characters that stay as they are in the key of an identifier made of nothing else. */
const PLAIN: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.:@-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/** The scope of the latest call and its encoded form: calls come in runs of one limiter. */
let latest = { scope: '', prefix: ':' }

/**
 * One string for a scope and an identifier, never the same for two: printable ASCII without spaces or braces. It is
 * `scope:identifier`, both percent-encoded, though `:` and `@` stay as they are in an identifier that needs no encoding
 * otherwise. An identifier over 128 bytes of UTF-8 becomes `#` and its SHA-256 in hexadecimal.
 *
 * Injective: the first `:` ends the scope, decoding gives the identifier back, and no encoded text has a `#`.
 *
 * @example console.log(counterKey({ scope: 'api', id: 'user 1' })) // prints api:user%201
 */
export function counterKey({ scope, id }: Subject): string {
  if (scope !== latest.scope) latest = { scope, prefix: `${scopeKey(scope)}:` }
  return latest.prefix + (isPlain(id) ? id : encoded(id))
}

function scopeKey(scope: string): string {
  return /^[\w.@-]+$/.test(scope) ? scope : encodeURIComponent(scope)
}

/** A loop: every call comes by here, and starting a regular expression takes longer than looking at the characters. */
function isPlain(id: string): boolean {
  const { length } = id
  if (length > MAX_BYTES) return false
  for (let i = 0; i < length; i++) if (PLAIN[id.charCodeAt(i)] !== 1) return false
  return true
}

function encoded(id: string): string {
  const bytes = new TextEncoder().encode(id)
  return bytes.length > MAX_BYTES ? `#${sha256(bytes)}` : encodeURIComponent(id)
}
