import { addressKey, parseAddress } from './address.ts'
import { type ClientIpOptions, parseOptions } from './options.ts'

export {
  type AddressSource,
  bunAddress,
  cloudflareAddress,
  denoAddress,
  nodeAddress,
  socketAddress,
  vercelAddress,
} from './address-sources.ts'
export type { ClientIpOptions } from './options.ts'

/** A key of a request: for the `key` option of every framework's middleware. */
export type ClientIp = (request: unknown, info?: unknown) => string

/**
 * The client's address as a key. Without options it is the other end of the connection: no header is read, as anybody can
 * send one. Behind proxies of your own, say which they are or how many; what they added to the header is counted from
 * the right, and what the client wrote to its left is never reached. Without either, `console.warn` says once per process
 * that a request had such a header; `hops: 0` says that there are no proxies.
 *
 * The key is in canonical form: `203.0.113.7`, also for `::ffff:203.0.113.7`, and `2001:db8:1:2::/64`. A global IPv4
 * address behind NAT64 (`64:ff9b::/96`) is the IPv4 address.
 *
 * An entry that can't be read (no header, `unknown`, a name, an obfuscated identifier, broken quotes, fewer entries than `hops`)
 * never becomes a key: then it is the address of the last trusted proxy before it, and with fewer entries than `hops` that of
 * the nearest one. Such requests share that one key, so that nobody gets a key of their choice.
 *
 * @returns a function that throws a TypeError where the platform shows no address: set `address` there. A Unix socket has
 *   none either; with `hops`, the proxy at its other end says who the client is. Nor has a connection whose client has left.
 * @throws {OptionError} naming the option that is wrong.
 *
 * @example
 * clientIp({ hops: 0 }) // Node, Bun or Deno, open to the internet
 * clientIp({ trustedProxies: ['10.0.0.0/8'] }) // behind load balancers in 10.0.0.0/8
 * clientIp({ hops: 1 }) // behind one proxy that is the only way in
 * clientIp({ address: cloudflareAddress }) // in a Worker
 */
export function clientIp(options: ClientIpOptions = {}): ClientIp {
  const { ipv6Prefix, address, findClient } = parseOptions(options)
  return (request, info) => {
    const connected = address(request, info)
    const peer = connected === undefined ? undefined : parseAddress(connected)
    const client = findClient(peer, request)
    if (client === undefined) throw new TypeError(NO_ADDRESS)
    return addressKey(client, ipv6Prefix)
  }
}

const NO_ADDRESS =
  'clientIp found no address of the connection. Set the option address: cloudflareAddress in a Worker, vercelAddress on ' +
  'Vercel, or a function of your own. Bun and Deno need the second argument of the fetch handler. A Unix socket has none: ' +
  'set hops if a proxy is at its other end. Nor has a connection whose client has left'
