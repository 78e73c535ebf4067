import ipaddr from 'ipaddr.js'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** Longer than any address with brackets, zone and port. */
export const LONGEST_ADDRESS = 100

const IN_BRACKETS = /^\[([^\]]*)\](?::\d{1,5})?$/
const IPV4_WITH_PORT = /^([\d.]+):\d{1,5}$/
/** Without leading zeros: in `0177.0.0.1` the first part is 127 to some readers and 177 to others. */
const IPV4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/
const IPV6 = /^[\da-f:]{2,39}$/i

/**
 * An address as proxies and sockets write it: with or without a port, an IPv6 one with or without brackets (which it needs
 * when a port follows) and zone. `undefined` for anything else, say a name or `unknown`.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > LONGEST_ADDRESS) return undefined
  const inBrackets = IN_BRACKETS.exec(text)?.[1]
  if (inBrackets !== undefined) return inBrackets.includes(':') ? parseIpv6(withoutZone(inBrackets)) : undefined
  const bare = IPV4_WITH_PORT.exec(text)?.[1] ?? text
  return bare.includes(':') ? parseIpv6(withoutZone(bare)) : parseIpv4(bare)
}

/** Nothing but an address. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) is the IPv4 address. */
export function parseBareAddress(text: string): Address | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** A zone means something only to the machine that wrote it. */
function withoutZone(text: string): string {
  const percent = text.indexOf('%')
  return percent === -1 ? text : text.slice(0, percent)
}

function parseIpv4(text: string): ipaddr.IPv4 | undefined {
  const parts = IPV4.exec(text)?.slice(1).map(Number)
  return parts?.every((part) => part <= 255) ? new ipaddr.IPv4(parts) : undefined
}

function parseIpv6(text: string): Address | undefined {
  const hex = dotsToHex(text)
  // The cheap check comes first: ipaddr.js throws and catches for each text that is no address, which takes 20 µs.
  if (hex === undefined || !IPV6.test(hex) || !ipaddr.IPv6.isValid(hex)) return undefined
  const address = ipaddr.IPv6.parse(hex)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

/**
 * The dotted end of an IPv6 address as two hexadecimal groups. ipaddr.js would read `::10.0.0.1` as `::ffff:10.0.0.1`, which
 * is another address, and it would accept octal and hexadecimal parts.
 */
function dotsToHex(text: string): string | undefined {
  if (!text.includes('.')) return text
  const start = text.lastIndexOf(':') + 1
  const ipv4 = parseIpv4(text.slice(start))
  if (ipv4 === undefined) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.octets
  return `${text.slice(0, start)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
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
