import type { Subject } from '@rl/core'
import { counterKey } from '@rl/core/keys'

/** Longer identifiers are remembered by their hash, so that no counter takes more memory than this. */
const MAX_LENGTH = 128

/** By what the identifier's counters are found. The hash is padded: no identifier that is remembered as it is has its length. */
export function keyOf(subject: Subject): string {
  return subject.id.length > MAX_LENGTH ? counterKey(subject).padEnd(MAX_LENGTH + 1) : subject.id
}

const codes: number[] = []

/** A copy. V8 makes a substring refer to the string that it was cut from, which may be a whole request. */
export function ownCopy(key: string): string {
  codes.length = key.length
  for (let i = 0; i < key.length; i++) codes[i] = key.charCodeAt(i)
  return String.fromCharCode.apply(undefined, codes)
}
