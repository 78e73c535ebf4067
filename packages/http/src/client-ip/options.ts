import { OptionError } from '@rl/core'
import { checkFunction, checkInteger, describeValue, ownOptions } from '@rl/core/check'
import { type AddressSource, bunAddress, denoAddress, nodeAddress, socketAddress } from './address-sources.ts'
import { behindHops, behindTrusted, type FindClient } from './find-client.ts'
import { LIST_HEADERS } from './forwarding-header.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { warnOfUnreadHeader } from './unread-header.ts'

interface CommonOptions {
  /**
   * How many leading bits of an IPv6 address are one client: an integer from 1 to 128. Default 64, the least that a
   * customer gets (RFC 6177): a customer with one address has 2^64 of them. Many providers give out a /56.
   */
  readonly ipv6Prefix?: number | undefined
  /**
   * The header in which the proxies say who sent the request: `'x-forwarded-for'` or `'forwarded'` (RFC 7239), to which each
   * proxy adds an entry, or one with a single address that a proxy sets itself, such as `'cf-connecting-ip'`. Only beside
   * `trustedProxies` or `hops`. Default `'x-forwarded-for'`.
   */
  readonly header?: string | undefined
  /** The address at the other end of the connection. Default {@link socketAddress}, which knows Node, Bun and Deno. */
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
   * `'linklocal'` and `'uniquelocal'`. The client is the first address from the right that is not among them; at most 32
   * entries are read. A range of all addresses (`/0`) is refused: under it every client could choose its key.
   */
  readonly trustedProxies: readonly string[]
  readonly hops?: undefined
}

interface BehindSomeProxies extends CommonOptions {
  /**
   * How many proxies every request comes through: an integer from 0 to 100. The client is the address that the farthest of
   * them saw. Only for an app that can be reached in no other way: who comes through fewer of them could make one up.
   *
   * 0 says that clients connect directly to the app. No header is read, as without this option, and no warning is shown
   * when a request has one.
   */
  readonly hops: number
  readonly trustedProxies?: undefined
}

/** Options of {@link clientIp}. */
export type ClientIpOptions = Direct | BehindKnownProxies | BehindSomeProxies

/** The checked {@link ClientIpOptions}. */
export interface Settings {
  readonly ipv6Prefix: number
  readonly address: AddressSource
  readonly findClient: FindClient
}

const KNOWN = ['trustedProxies', 'hops', 'ipv6Prefix', 'header', 'address']
/** Their address may be a proxy's. Other sources are chosen for a platform, and name the client itself. */
const CONNECTIONS: readonly AddressSource[] = [socketAddress, nodeAddress, bunAddress, denoAddress]

/** @throws {OptionError} naming the option that is wrong. */
export function parseOptions(given: ClientIpOptions): Settings {
  const options = ownOptions('options', given, KNOWN)
  const { ipv6Prefix = 64, address = socketAddress } = options
  checkInteger('ipv6Prefix', ipv6Prefix, 1, 128)
  checkFunction('address', address)
  return { ipv6Prefix, address, findClient: parseProxies(options, address) }
}

function parseProxies(options: ClientIpOptions, address: AddressSource): FindClient {
  const { hops } = options
  if (options.trustedProxies === undefined && hops === undefined) {
    if (options.header !== undefined)
      throw new OptionError('header', 'beside trustedProxies or hops, as anybody can send it', 'neither of them')
    return CONNECTIONS.includes(address) ? connectedPeer : (peer) => peer
  }
  const header = parseHeader(options.header)
  if (hops === undefined) return behindTrusted(header, trustedProxies(options.trustedProxies))
  if (options.trustedProxies !== undefined) throw new OptionError('hops', 'left out beside trustedProxies', 'both')
  checkInteger('hops', hops, 0, 100)
  return behindHops(header, LIST_HEADERS.includes(header) ? hops : Math.min(hops, 1))
}

function connectedPeer(...[peer, request]: Parameters<FindClient>): ReturnType<FindClient> {
  warnOfUnreadHeader(request)
  return peer
}

function parseHeader(header: unknown = 'x-forwarded-for'): string {
  if (typeof header === 'string' && /^[\w-]+$/.test(header)) return header.toLowerCase()
  throw new OptionError('header', "a header's name", describeValue(header))
}
