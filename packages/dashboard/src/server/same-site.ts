import { ACTION_HEADER } from '../messages.ts'
import type { Incoming } from './http/exchange.ts'
import { Refused } from './refused.ts'

/**
 * A page of another site can make a browser send requests with the cookies and passwords of this one. It can neither set this header
 * nor the content type without being asked for permission first, which is never given, nor its `Origin` ever.
 *
 * @throws {Refused}
 */
export function checkSameSite(request: Incoming<unknown>, origins: readonly string[] | undefined): void {
  const [type = ''] = (request.header('content-type') ?? '').split(';', 1)
  if (type.trim().toLowerCase() !== 'application/json') {
    throw new Refused('wrong-type', 'The content type must be application/json.')
  }
  if (request.header(ACTION_HEADER) !== '1') {
    throw new Refused('wrong-origin', `The header ${ACTION_HEADER} must be 1.`)
  }
  const origin = request.header('origin')
  if (origin === undefined || origin === 'null') {
    throw new Refused('wrong-origin', 'The header origin must be there.')
  }
  const own = origins ?? [request.ownOrigin]
  if (own.includes(origin)) return
  throw new Refused(
    'wrong-origin',
    `The page must be of this server (${own.join(' or ')}). Behind a proxy, set the option origin of dashboard().`,
  )
}

/** A stream of another site's page would take a place, though that page can't read it. @throws {Refused} */
export function checkStreamOfOwnPage(request: Incoming<unknown>): void {
  const site = request.header('sec-fetch-site')
  if (site === undefined || site === 'same-origin' || site === 'none') return
  throw new Refused('wrong-origin', 'The page must be of this server.')
}
