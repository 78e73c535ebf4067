import { rateLimit } from '../../src/frameworks/fetch.ts'
import type { Driver } from './driver.ts'
import { webHandlers } from './web-handlers.ts'

export const fetchDriver: Driver = webHandlers<Request>({
  name: 'fetch',
  rateLimit,
  toSeen: (request) => request,
  header: (name, request) => request.headers.get(name) ?? undefined,
})
