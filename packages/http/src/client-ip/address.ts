import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** No address is longer. Keeps the work small that a header of many kilobytes can make. */
const LONGEST = 100

/** A zone means something to the machine that wrote it alone. */
const ZONE = /(:[^%]*)%.*$/s

/**
 * An address as proxies and sockets write it: with or without a port, an IPv6 one with or without brackets (which it needs
 * when a port follows) and zone. `undefined` for anything else, say a name or `unknown`.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST) return undefined
  const [, ipv6, ipv4] = /^\[([^\]]*:[^\]]*)\](?::\d{1,5})?$|^([\d.]+):\d{1,5}$/.exec(text) ?? []
  return parseBareAddress((ipv6 ?? ipv4 ?? text).replace(ZONE, '$1'))
}

/**
 * Nothing but an address. IPv4 only as four decimal parts: in `0177.0.0.1` the first is 127 to some and 177 to others. An
 * IPv4 address within IPv6 is the IPv4 address.
 */
export function parseBareAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  const address = ipaddr.IPv6.parse(text)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/** The key that an address is counted under: one spelling for each IPv4 address and for each IPv6 network. */
export function addressKey(given: Address, ipv6Prefix: number): string {
  const address = behindNat64(given)
  if (address instanceof ipaddr.IPv4) return address.toString()
  if (ipv6Prefix === 128) return address.toRFC5952String()
  const network = ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/${ipv6Prefix}`)
  return `${network.toRFC5952String()}/${ipv6Prefix}`
}

const NAT64 = ipaddr.IPv6.parse('64:ff9b::')

/**
 * The whole IPv4 internet is one network of the prefix that RFC 6052 has for translators, and would be one client. Only for
 * keys, never for trust; and only global addresses, as translators drop others: their keys are those of machines nearby.
 */
function behindNat64(address: Address): Address {
  if (address instanceof ipaddr.IPv4 || !address.match(NAT64, 96)) return address
  const ipv4 = new ipaddr.IPv4(address.toByteArray().slice(12))
  return ipv4.range() === 'unicast' ? ipv4 : address
}
