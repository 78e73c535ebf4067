import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { show } from './check.ts'
import { OptionError } from './errors.ts'

const MAX_BYTES = 128
const PLAIN_NAME = /^[\w.@-]{1,128}$/
/** By character code: 1 for what an identifier may be made of to need no encoding. */
const PLAIN: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.:@-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/**
 * The counter key of an identifier: `name:identifier`, both percent-encoded as by `encodeURIComponent`, though `:` and `@`
 * stay as they are in an identifier that needs no encoding otherwise. Identifiers over 128 bytes of UTF-8 are replaced by
 * `#` and their SHA-256 in hexadecimal. Injective: the first `:` ends the name, decoding gives the identifier back, and
 * no encoded text holds a `#`.
 *
 * @throws {OptionError} for an identifier that is not a string, is empty, or is not well-formed UTF-16.
 */
export function counterKey(namePrefix: string, id: unknown): string {
  if (typeof id !== 'string')
    throw new OptionError('id', 'a string', id === null ? 'null' : `a value of type ${typeof id}`)
  if (isPlain(id)) return namePrefix + id
  if (id === '') throw new OptionError('id', 'a non-empty string', 'an empty one')
  if (!id.isWellFormed()) throw new OptionError('id', 'well-formed UTF-16', 'a string with a lone surrogate')
  return namePrefix + encode(id)
}

/** @throws {OptionError} for a name that is not a string, is empty, too long, or not well-formed UTF-16. */
export function keyPrefix(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.isWellFormed() && utf8ToBytes(name).length <= MAX_BYTES) {
    return `${PLAIN_NAME.test(name) ? name : encodeURIComponent(name)}:`
  }
  throw new OptionError('name', `a non-empty, well-formed string of at most ${MAX_BYTES} bytes`, show(name))
}

/** A loop, as every call comes by here and to start a regular expression takes longer than to look at the characters. */
function isPlain(id: string): boolean {
  const { length } = id
  for (let i = 0; i < length && length <= MAX_BYTES; i++) if (PLAIN[id.charCodeAt(i)] !== 1) return false
  return length > 0 && length <= MAX_BYTES
}

function encode(id: string): string {
  const bytes = utf8ToBytes(id)
  return bytes.length > MAX_BYTES ? `#${bytesToHex(sha256(bytes))}` : encodeURIComponent(id)
}
