// Serves what a module exports: a function from a Request to a Response, as the default or as Next.js names it, an object
// with such a `fetch`, or a hook of SvelteKit.
import { pathToFileURL } from 'node:url'
import { serve } from '@hono/node-server'

const module = await import(pathToFileURL(process.argv[2]).href)
const handler = module.default?.fetch ?? module.default ?? module.GET ?? throughHook

/** Next.js's additions to a request. */
function withNext(request) {
  return Object.assign(request, { nextUrl: new URL(request.url), cookies: { get: () => undefined } })
}

/** As SvelteKit calls a hook, with a page behind it. */
function throughHook(request) {
  const event = { request, url: request.nextUrl, isSubRequest: false, getClientAddress: () => '203.0.113.7' }
  return module.handle({ event, resolve: async () => new Response('a page') })
}

serve({
  fetch: (request) => handler(withNext(new Request(request))),
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
})
