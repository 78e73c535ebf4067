import { at, headerOf } from './request.ts'

/**
 * Where a platform says who is at the other end of the connection. Gets what the framework gives to a `key` function: its
 * request or context and, for a fetch handler, the second argument too.
 */
export type AddressSource = (request: unknown, info?: unknown) => string | undefined

/**
 * The socket of Node: of an `IncomingMessage`, so of an Express or Fastify request too, and of what `@hono/node-server` gives
 * to a Hono context or as the second argument of a fetch handler. https://nodejs.org/api/net.html#socketremoteaddress
 */
export const nodeAddress: AddressSource = (request, info) => {
  const holders = [
    request,
    at(info, 'incoming'),
    at(request, 'env', 'incoming'),
    at(request, 'env', 'server', 'incoming'),
  ]
  return text(holders.map((holder) => at(holder, 'socket', 'remoteAddress')).find((address) => address !== undefined))
}

/**
 * `server.requestIP(request)` of Bun, where `server` is the second argument of `fetch`, which Hono keeps as `c.env`.
 * https://bun.com/docs/runtime/http/server
 */
export const bunAddress: AddressSource = (request, info) => {
  const server = [info, at(request, 'env', 'server'), at(request, 'env')].find(knowsAddresses)
  return text(at(server?.requestIP(at(request, 'req', 'raw') ?? request), 'address'))
}

/**
 * `info.remoteAddr.hostname` of `Deno.serve`, where `info` is the second argument of the handler, which Hono keeps as
 * `c.env`. https://docs.deno.com/api/deno/~/Deno.ServeHandlerInfo
 */
export const denoAddress: AddressSource = (request, info) =>
  text(at(info, 'remoteAddr', 'hostname') ?? at(request, 'env', 'remoteAddr', 'hostname'))

/** The default: the connection, wherever Node, Bun or Deno has it. Reads no header. */
export const socketAddress: AddressSource = (request, info) =>
  nodeAddress(request, info) ?? bunAddress(request, info) ?? denoAddress(request, info)

/**
 * Cloudflare Workers: `CF-Connecting-IP`, which Cloudflare sets on every request to a Worker, whatever the client sent.
 * For code that runs as a Worker only: anywhere else it is a header like any other.
 * https://developers.cloudflare.com/fundamentals/reference/http-headers/#cf-connecting-ip
 */
export const cloudflareAddress: AddressSource = (request) => headerOf(request, 'cf-connecting-ip')

/**
 * Vercel: `x-vercel-forwarded-for`, which Vercel sets to the address that connected to it. Behind a proxy in front of Vercel
 * that is the proxy's. For code that runs on Vercel only: anywhere else it is a header like any other.
 * https://vercel.com/docs/headers/request-headers
 */
export const vercelAddress: AddressSource = (request) => headerOf(request, 'x-vercel-forwarded-for')

interface BunServer {
  requestIP(request: unknown): unknown
}

function knowsAddresses(value: unknown): value is BunServer {
  return typeof at(value, 'requestIP') === 'function'
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
