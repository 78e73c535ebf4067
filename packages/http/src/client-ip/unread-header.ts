import { warnOnce } from '../warn-once.ts'
import { LIST_HEADERS } from './forwarding-header.ts'
import { headerOf } from './request.ts'

/**
 * Without options no header is read. Behind a proxy all clients then share the proxy's key, and nothing fails until the limit
 * is used up. A client of an app without proxies can send such a header too, so this is a warning and no error.
 */
export function warnOfUnreadHeader(request: unknown): void {
  const header = LIST_HEADERS.find((name) => headerOf(request, name) !== undefined)
  if (header === undefined) return
  warnOnce(
    `a request has the header ${header}, and clientIp() reads no header. Behind a proxy all clients share one key, the ` +
      "address of the proxy. Set trustedProxies to the addresses of your proxies, such as ['10.0.0.0/8'], or hops to their " +
      'number. If clients connect directly to this app, set hops: 0.',
  )
}
