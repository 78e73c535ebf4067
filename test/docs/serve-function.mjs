// Serves what a module exports: a function from a Request to a Response, as the default or as Next.js names it, or an
// object with such a `fetch`.
import { pathToFileURL } from 'node:url'
import { serve } from '@hono/node-server'

const module = await import(pathToFileURL(process.argv[2]).href)
const handler = module.default?.fetch ?? module.default ?? module.GET

/** Next.js's additions to a request. */
function withNext(request) {
  return Object.assign(request, { nextUrl: new URL(request.url), cookies: { get: () => undefined } })
}

serve({
  fetch: (request) => handler(withNext(new Request(request))),
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
})
