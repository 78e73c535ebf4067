import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

type Module = typeof import('../src/client-ip/client-ip.ts')

const PEER = '10.0.0.7'
const forwarded = { 'x-forwarded-for': '203.0.113.7' }
const request = (headers: Record<string, string>) => ({ socket: { remoteAddress: PEER }, headers })

let warn: ReturnType<typeof vi.spyOn>
let module: Module

// The warning is shown once per process: each test loads the module anew.
beforeEach(async () => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.resetModules()
  module = await import('../src/client-ip/client-ip.ts')
})
afterEach(() => void vi.restoreAllMocks())

describe('a forwarding header that nobody reads', () => {
  it('is reported once per process, with what to set', () => {
    for (const key of [module.clientIp(), module.clientIp({ ipv6Prefix: 56 })]) {
      for (let i = 0; i < 3; i++) expect(key(request(forwarded))).toBe(PEER)
    }
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^@rl: .*x-forwarded-for.*trustedProxies.*hops.*hops: 0/)]])
  })

  it.each([
    ['Forwarded', { forwarded: 'for=203.0.113.7' }, 1],
    ['an empty X-Forwarded-For', { 'x-forwarded-for': '' }, 1],
    ['no such header', { 'user-agent': 'a' }, 0],
  ])('%s', (_, headers, warnings) => {
    module.clientIp()(request(headers))
    expect(warn).toHaveBeenCalledTimes(warnings)
  })

  it.each([
    ['nodeAddress, which is a connection too', (each: Module) => ({ address: each.nodeAddress }), 1],
    ['hops: 0, which says that there is no proxy', () => ({ hops: 0 }), 0],
    ['an empty list of proxies', () => ({ trustedProxies: [] }), 0],
    ['hops', () => ({ hops: 1 }), 0],
    ['trustedProxies', () => ({ trustedProxies: ['10.0.0.0/8'] }), 0],
    ['its own address', () => ({ address: () => PEER }), 0],
  ])('under %s', (_, options, warnings) => {
    module.clientIp(options(module))(request(forwarded))
    expect(warn).toHaveBeenCalledTimes(warnings)
  })

  it('does not disturb a platform without a console', () => {
    vi.stubGlobal('console', undefined)
    try {
      expect(module.clientIp()(request(forwarded))).toBe(PEER)
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
