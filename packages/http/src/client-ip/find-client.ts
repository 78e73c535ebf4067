import { type Address, parseAddress } from './address.ts'
import { entriesOf } from './forwarding-header.ts'
import { headerOf } from './request.ts'

/** The client of a request, given who is connected. */
export type FindClient = (peer: Address | undefined, request: unknown) => Address | undefined

/**
 * How many entries are believed in a row. No chain of proxies is that long, and a header of 16 KB has room for thousands
 * of trusted addresses.
 */
const MOST_TRUSTED = 32

/** From the connection towards the client, for as long as who says so can be trusted. */
export function behindTrusted(header: string, isTrusted: (address: Address) => boolean): FindClient {
  return (peer, request) => {
    // The header of an untrusted peer is not read: whatever it holds costs nothing.
    if (peer === undefined || !isTrusted(peer)) return peer
    const value = headerOf(request, header)
    if (value === undefined) return peer
    let client = peer
    let left = MOST_TRUSTED
    for (const entry of entriesOf(header, value)) {
      const next = parseAddress(entry)
      if (next === undefined) break
      client = next
      if (--left === 0 || !isTrusted(client)) break
    }
    return client
  }
}

/** The address that the farthest of `hops` proxies saw, or that of the last one before an entry that can't be read. */
export function behindHops(header: string, hops: number): FindClient {
  return (peer, request) => {
    const value = hops === 0 ? undefined : headerOf(request, header)
    if (value === undefined) return peer
    const nearest: string[] = []
    for (const entry of entriesOf(header, value)) if (nearest.push(entry) === hops) break
    if (nearest.length < hops) return peer
    let client = peer
    for (const entry of nearest) {
      const next = parseAddress(entry)
      if (next === undefined) break
      client = next
    }
    return client
  }
}
