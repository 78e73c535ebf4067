import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import {
  bunAddress,
  clientIp,
  cloudflareAddress,
  denoAddress,
  nodeAddress,
  vercelAddress,
} from '../src/client-ip/client-ip.ts'

describe('where a platform shows the address', () => {
  const web = (headers: Record<string, string>) => new Request('https://example.com', { headers })
  const bun = { requestIP: (request: unknown) => (request instanceof Request ? { address: '203.0.113.7' } : null) }
  const deno = { remoteAddr: { transport: 'tcp', hostname: '203.0.113.7', port: 1 } }
  const hono = (request: Request, env: unknown) => ({ req: { raw: request }, env })
  const request = web({ 'x-forwarded-for': '1.1.1.1' })

  it.each([
    ['Bun', bunAddress, request, bun],
    ['Hono on Bun', bunAddress, hono(request, bun), undefined],
    ['Hono on Bun, as { server }', bunAddress, hono(request, { server: bun }), undefined],
    ['Deno', denoAddress, request, deno],
    ['Hono on Deno', denoAddress, hono(request, deno), undefined],
    ['Node', nodeAddress, { socket: { remoteAddress: '203.0.113.7' } }, undefined],
    ['Workers', cloudflareAddress, web({ 'cf-connecting-ip': '203.0.113.7' }), {}],
    ['Hono on Workers', cloudflareAddress, hono(web({ 'cf-connecting-ip': '203.0.113.7' }), {}), undefined],
    ['Vercel', vercelAddress, web({ 'x-vercel-forwarded-for': '203.0.113.7' }), undefined],
    ['Vercel under Node', vercelAddress, { headers: { 'x-vercel-forwarded-for': '203.0.113.7' } }, undefined],
  ] as const)('%s', (platform, address, from, info) => {
    expect(address(from, info)).toBe('203.0.113.7')
    const key = clientIp(platform.includes('Workers') || platform.includes('Vercel') ? { address } : {})
    expect(key(from, info)).toBe('203.0.113.7')
  })

  it.each([
    ['no connection at all', request, undefined],
    ['a Worker without the option', web({ 'cf-connecting-ip': '203.0.113.7' }), { KV: {} }],
    ['a Unix socket under Deno', request, { remoteAddr: { transport: 'unix', path: '/run/app.sock' } }],
    ['a Unix socket under Bun', request, { requestIP: () => null }],
    ['a socket that was closed', { socket: {}, headers: {} } as Partial<IncomingMessage>, undefined],
  ])('%s: an error that says what to do', (_, from, info) => {
    expect(() => clientIp()(from, info)).toThrow(/Set the option address/)
  })
})
