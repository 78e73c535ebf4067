import { isPlainObject, OptionError } from '@rl/core'
import { type Address, addressKey, parseAddress } from './client-ip/address.ts'
import { type AddressSource, socketAddress } from './client-ip/address-sources.ts'
import { type Hops, readHops } from './client-ip/forwarding-header.ts'
import { headerOf } from './client-ip/request.ts'
import { trustedProxies } from './client-ip/trusted-proxies.ts'
import { typeNameOf } from './show.ts'

export {
  type AddressSource,
  bunAddress,
  cloudflareAddress,
  denoAddress,
  nodeAddress,
  socketAddress,
  vercelAddress,
} from './client-ip/address-sources.ts'

interface CommonOptions {
  /**
   * How many leading bits of an IPv6 address are one client: an integer from 1 to 128. Default 64, the least that a
   * customer gets (RFC 6177): whoever has one address has 2^64 of them. Many providers give out a /56.
   */
  readonly ipv6Prefix?: number | undefined
  /**
   * The header in which the proxies say who sent the request: `'x-forwarded-for'` or `'forwarded'` (RFC 7239), to which each
   * proxy adds an entry, or one with a single address that a proxy sets itself, such as `'cf-connecting-ip'`. Only beside
   * `trustedProxies` or `hops`. Default `'x-forwarded-for'`.
   */
  readonly header?: string | undefined
  /** Who is at the other end of the connection. Default {@link socketAddress}, which knows Node, Bun and Deno. */
  readonly address?: AddressSource | undefined
}

interface Direct extends CommonOptions {
  readonly trustedProxies?: undefined
  readonly hops?: undefined
  readonly header?: undefined
}

interface BehindKnownProxies extends CommonOptions {
  /**
   * The addresses of your proxies: addresses, ranges such as `'10.0.0.0/8'`, and Express's names `'loopback'`,
   * `'linklocal'` and `'uniquelocal'`. The client is the first address from the right that is none of them.
   */
  readonly trustedProxies: readonly string[]
  readonly hops?: undefined
}

interface BehindSomeProxies extends CommonOptions {
  /**
   * How many proxies every request comes through: an integer from 0 to 100. The client is the address that the farthest of
   * them saw. Only for an app that can be reached in no other way: who comes through fewer of them could make one up.
   */
  readonly hops: number
  readonly trustedProxies?: undefined
}

/** Options of {@link clientIp}. */
export type ClientIpOptions = Direct | BehindKnownProxies | BehindSomeProxies

/** A key of a request: for the `key` option of every framework's middleware. */
export type ClientIp = (request: unknown, info?: unknown) => string

/**
 * The client's address as a key. Without options it is the other end of the connection: no header is read, as anybody can
 * send one. Behind proxies of your own, say which they are or how many; what they added to the header is counted from
 * the right, and what the client wrote to its left is never reached.
 *
 * The key is in canonical form: `203.0.113.7`, also for `::ffff:203.0.113.7`, and `2001:db8:1:2::/64`. A global IPv4
 * address behind NAT64 (`64:ff9b::/96`) is the IPv4 address.
 *
 * What can't be read (no header, `unknown`, a name, an obfuscated identifier, broken quotes, fewer entries than `hops`)
 * never becomes a key: then it is the address of the last trusted proxy before it, and with fewer entries than `hops` that of
 * the nearest one. Such requests share that one key, so that nobody gets a key of their choice.
 *
 * @returns a function that throws a TypeError where the platform shows no address: set `address` there. A Unix socket has
 *   none either; with `hops`, the proxy at its other end says who the client is. Nor has a connection whose client has left.
 * @throws {OptionError} naming the option that is wrong.
 *
 * @example
 * clientIp() // Node, Bun or Deno, open to the internet
 * clientIp({ trustedProxies: ['10.0.0.0/8'] }) // behind load balancers in 10.0.0.0/8
 * clientIp({ hops: 1 }) // behind one proxy that is the only way in
 * clientIp({ address: cloudflareAddress }) // in a Worker
 */
export function clientIp(options: ClientIpOptions = {}): ClientIp {
  const { ipv6Prefix, address, header, hops, trusts } = parseOptions(options)
  return (request, info) => {
    const connected = address(request, info)
    const peer = connected === undefined ? undefined : parseAddress(connected)
    const value = header === undefined ? undefined : headerOf(request, header)
    const way = header === undefined || value === undefined ? [] : readHops(header, value)
    const client = way.length < hops ? peer : walk(peer, way, trusts)
    if (client === undefined) throw new TypeError(NO_ADDRESS)
    return addressKey(client, ipv6Prefix)
  }
}

const NO_ADDRESS =
  'clientIp found no address of the connection. Set the option address: cloudflareAddress in a Worker, vercelAddress on ' +
  'Vercel, or a function of your own. Bun and Deno need the second argument of the fetch handler. A Unix socket has none: ' +
  'set hops if a proxy is at its other end. Nor has a connection whose client has left'

type Trust = (address: Address | undefined, distance: number) => boolean

/** From the connection towards the client, for as long as who says so can be trusted. */
function walk(peer: Address | undefined, way: Hops, trusts: Trust): Address | undefined {
  let client = peer
  for (let distance = 0; distance < way.length && trusts(client, distance); distance++) {
    const next = way[way.length - 1 - distance]
    if (next === undefined) break
    client = next
  }
  return client
}

interface Settings {
  readonly ipv6Prefix: number
  readonly address: AddressSource
  readonly header: string | undefined
  /** Entries that the header must have. */
  readonly hops: number
  readonly trusts: Trust
}

const KNOWN = ['trustedProxies', 'hops', 'ipv6Prefix', 'header', 'address']
const LISTS = ['x-forwarded-for', 'forwarded']

function parseOptions(options: ClientIpOptions): Settings {
  // What a Map holds or an object inherits would be ignored, and with it whom to trust.
  if (!isPlainObject(options)) throw new OptionError('options', 'a plain object', typeNameOf(options))
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) throw new OptionError('options', `made of ${KNOWN.join(', ')}`, `the unknown ${name}`)
  }
  const { ipv6Prefix = 64, address = socketAddress, hops } = options
  checkInteger('ipv6Prefix', ipv6Prefix, 1, 128)
  if (typeof address !== 'function') throw new OptionError('address', 'a function of the request', typeof address)
  const common = { ipv6Prefix, address }
  if (options.trustedProxies === undefined && hops === undefined) {
    if (options.header === undefined) return { ...common, header: undefined, hops: 0, trusts: () => false }
    throw new OptionError('header', 'beside trustedProxies or hops, as anybody can send it', 'neither of them')
  }
  const header = parseHeader(options.header)
  if (hops === undefined) {
    const isTrusted = trustedProxies(options.trustedProxies)
    return { ...common, header, hops: 0, trusts: (each) => each !== undefined && isTrusted(each) }
  }
  if (options.trustedProxies !== undefined) throw new OptionError('hops', 'left out beside trustedProxies', 'both')
  checkInteger('hops', hops, 0, 100)
  const needed = LISTS.includes(header) ? hops : Math.min(hops, 1)
  return { ...common, header, hops: needed, trusts: (_, distance) => distance < needed }
}

function parseHeader(header: unknown = 'x-forwarded-for'): string {
  if (typeof header === 'string' && /^[\w-]+$/.test(header)) return header.toLowerCase()
  throw new OptionError(
    'header',
    "a header's name",
    typeof header === 'string' ? JSON.stringify(header) : typeof header,
  )
}

function checkInteger(option: string, value: unknown, min: number, max: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return
  throw new OptionError(
    option,
    `an integer from ${min} to ${max}`,
    typeof value === 'number' ? `${value}` : typeof value,
  )
}
