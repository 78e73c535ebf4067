import { type NextRequestLike, rateLimit } from '../../src/frameworks/next.ts'
import type { Driver } from './driver.ts'
import { webHandlers } from './web-handlers.ts'

/** Route handlers as Next.js calls them, but without Next.js. */
export const next: Driver = webHandlers<NextRequestLike>({
  name: 'Next.js',
  rateLimit,
  toSeen: nextRequest,
  header: (name, request) => request.cookies.get(name)?.value ?? request.headers.get(name) ?? undefined,
})

/** Where tests look for the user, as cookies are what Next.js adds to a request. */
export function nextRequest(request: Request): NextRequestLike {
  const user = request.headers.get('x-user')
  const cookies = { get: (name: string) => (name === 'x-user' && user !== null ? { value: user } : undefined) }
  return Object.assign(new Request(request), { nextUrl: new URL(request.url), cookies })
}
