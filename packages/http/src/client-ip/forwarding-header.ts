import { type Address, parseAddress } from './address.ts'

/** What a header says about the way of a request: from the client (or whatever it made up) to the nearest proxy. */
export type Hops = readonly (Address | undefined)[]

/** Entries that can't be read as an address stay in their places, as `undefined`. */
export function readHops(header: string, value: string): Hops {
  if (header === 'forwarded') return readForwarded(value)
  if (header === 'x-forwarded-for') return value.split(',').map((entry) => parseAddress(entry.trim()))
  return [parseAddress(value.trim())]
}

// RFC 9110: token, quoted-string and optional white space.
const TOKEN = "[!#$%&'*+.^_`|~\\w-]+"
const QUOTED = '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"'
/** RFC 7239: `name=value`, or nothing, up to the `;` or `,` or the end that closes it. */
const PAIR = new RegExp(`[ \\t]*(?:(${TOKEN})=(${TOKEN}|${QUOTED})[ \\t]*)?(;|,|$)`, 'y')

/**
 * RFC 7239, read from the left as its grammar wants it. A client may open a quote, in the hope that it swallows what the
 * proxies add. Then the quote ends in the middle of a proxy's own, or never: the grammar is broken, and no entry of such
 * a header is believed.
 */
function readForwarded(value: string): Hops {
  const hops: (Address | undefined)[] = []
  const names = new Set<string>()
  let hop: Address | undefined
  PAIR.lastIndex = 0
  for (;;) {
    const [all, name, given, end] = PAIR.exec(value) ?? []
    if (all === undefined) return [undefined]
    if (name !== undefined && given !== undefined) {
      const lower = name.toLowerCase()
      if (names.has(lower)) return [undefined] // once for each proxy, says section 4
      names.add(lower)
      if (lower === 'for') hop = parseAddress(unquote(given))
    }
    if (end === ';') continue
    hops.push(hop)
    hop = undefined
    names.clear()
    if (end === '') return hops
  }
}

function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/gs, '$1') : value
}
