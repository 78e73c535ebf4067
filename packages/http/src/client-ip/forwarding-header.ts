import { LONGEST_ADDRESS } from './address.ts'
import { readForwarded, unquote } from './forwarded.ts'

/** Headers to which each proxy adds an entry on the right. */
export const LIST_HEADERS: readonly string[] = ['x-forwarded-for', 'forwarded']

/** The entries of each proxy in a header, the nearest proxy first. Entries that nobody asks for are not looked at. */
export function entriesOf(header: string, value: string): Iterable<string> {
  if (header === 'forwarded') return forwardedEntries(value)
  return header === 'x-forwarded-for' ? listEntries(value) : [value.trim()]
}

function* listEntries(value: string): Generator<string> {
  let end = value.length
  while (end >= 0) {
    const comma = end === 0 ? -1 : value.lastIndexOf(',', end - 1)
    yield value.slice(comma + 1, end).trim()
    end = comma
  }
}

/** Two quotes, and each character behind a backslash: longer ones are no address and need not be unquoted. */
const LONGEST_QUOTED = 2 * LONGEST_ADDRESS + 2

function* forwardedEntries(value: string): Generator<string> {
  const entries = readForwarded(value)
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i] ?? ''
    yield entry.length > LONGEST_QUOTED ? '' : unquote(entry)
  }
}
