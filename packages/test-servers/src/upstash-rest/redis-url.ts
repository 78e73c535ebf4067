import type { ConnectionTarget } from '../resp/connection.ts'

/**
 * Reads a URL such as `redis://user:password@host:6379/2`; everything but the host may be missing.
 *
 * @throws TypeError when it is not a `redis:` URL
 */
export function redisTarget(redisUrl: string): ConnectionTarget {
  const url = URL.canParse(redisUrl) ? new URL(redisUrl) : undefined
  const path = /^\/?(\d*)$/.exec(url?.pathname ?? '')
  if (url?.protocol !== 'redis:' || url.hostname === '' || path === null) {
    throw new TypeError('The Redis URL must look like redis://[user:password@]host[:port][/database]')
  }
  const [, database = ''] = path
  const user = decodeURIComponent(url.username) || 'default'
  const password = decodeURIComponent(url.password)
  return {
    // A URL writes an IPv6 address in brackets, a socket wants it without.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 6379 : Number(url.port),
    greeting: [
      ...(password === '' ? [] : [['AUTH', user, password]]),
      ...(database === '' || database === '0' ? [] : [['SELECT', database]]),
    ],
  }
}
