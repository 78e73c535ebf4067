import { OptionError } from '@rl/core'
import ipaddr from 'ipaddr.js'
import { type Address, parseBareAddress } from './address.ts'

type Range = [Address, number]

/** The names that Express has for ranges of addresses, in its `trust proxy` setting. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** Whether an address is one of the trusted proxies'. @throws {OptionError} naming the entry that is wrong. */
export function trustedProxies(list: unknown): (address: Address) => boolean {
  if (!Array.isArray(list)) throw new OptionError('trustedProxies', 'an array of addresses and ranges', typeof list)
  const ranges = list.flatMap((entry: unknown, i) => {
    const named = typeof entry === 'string' && Object.hasOwn(NAMED, entry) ? NAMED[entry] : undefined
    return (named ?? [entry]).map((each) => parseRange(`trustedProxies[${i}]`, each))
  })
  return (address) => ranges.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))
}

function parseRange(option: string, entry: unknown): Range {
  const range = typeof entry === 'string' ? rangeOf(entry) : undefined
  if (range !== undefined) {
    if (range[1] > 0) return range
    throw new OptionError(option, 'a range of your proxies, as under /0 every client could choose its key', `${entry}`)
  }
  throw new OptionError(
    option,
    "an address, a range such as '10.0.0.0/8', 'loopback', 'linklocal' or 'uniquelocal'",
    typeof entry === 'string' ? JSON.stringify(entry.slice(0, 60)) : typeof entry,
  )
}

function rangeOf(text: string): Range | undefined {
  const [, base = text, bits] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? []
  const address = parseBareAddress(base)
  if (address === undefined) return undefined
  const width = address instanceof ipaddr.IPv4 ? 32 : 128
  // A range of IPv4 addresses within IPv6 is written with 96 bits more.
  const prefix = bits === undefined ? width : Number(bits) - (width === 32 && base.includes(':') ? 96 : 0)
  return prefix >= 0 && prefix <= width ? [address, prefix] : undefined
}
