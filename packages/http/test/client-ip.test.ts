import { describe, expect, it } from 'vitest'
import { type ClientIpOptions, clientIp } from '../src/client-ip/client-ip.ts'

/** A request as Node gives it: who is connected, and the headers as they arrived. */
function request(remoteAddress: string | undefined, headers: Record<string, string> = {}): object {
  return { socket: { remoteAddress }, headers }
}

const LOAD_BALANCER = '10.0.0.7'
const CLIENT = '203.0.113.7'
const VICTIM = '198.51.100.9'
const behindProxies: ClientIpOptions = { trustedProxies: ['10.0.0.0/8', '2001:db8:aaaa::/48'] }

describe('the address as a key', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['fe80::2%en1', 'fe80::/64'],
    ['::1', '::/64'],
    // IPv4-compatible, deprecated by RFC 4291, and IPv4-translated: neither is the IPv4 address.
    ['::10.0.0.1', '::/64'],
    ['::ffff:0:10.0.0.1', '::/64'],
    ['64:ff9b::9.9.9.9', '9.9.9.9'],
    ['64:FF9B:0:0:0:0:0909:0909', '9.9.9.9'],
    // No translator makes these: of addresses that are not global (RFC 6052), or elsewhere within the /64; and RFC 8215's.
    ['64:ff9b::192.168.0.1', '64:ff9b::/64'],
    ['64:ff9b::127.0.0.1', '64:ff9b::/64'],
    ['64:ff9b::1:9.9.9.9', '64:ff9b::/64'],
    ['64:ff9b:1::9.9.9.9', '64:ff9b:1::/64'],
  ])('%s is counted as %s', (remoteAddress, key) => {
    expect(clientIp()(request(remoteAddress))).toBe(key)
  })

  it.each([
    [128, '2001:db8:1:2:3:4:5:6'],
    [127, '2001:db8:1:2:3:4:5:6/127'],
    [64, '2001:db8:1:2::/64'],
    [56, '2001:db8:1::/56'],
    [48, '2001:db8:1::/48'],
    [1, '::/1'],
  ])('an IPv6 client has a prefix of %d bits when asked for', (ipv6Prefix, key) => {
    expect(clientIp({ ipv6Prefix })(request('2001:db8:1:2:3:4:5:6'))).toBe(key)
    expect(clientIp({ ipv6Prefix })(request(CLIENT))).toBe(CLIENT)
    expect(clientIp({ ipv6Prefix })(request('64:ff9b::9.9.9.9'))).toBe('9.9.9.9')
  })

  it('throws where the platform shows no address, without a header as a substitute', () => {
    const headers = { 'x-forwarded-for': CLIENT, 'cf-connecting-ip': CLIENT, 'x-real-ip': CLIENT }
    for (const options of [{}, behindProxies]) {
      expect(() => clientIp(options)(request(undefined, headers))).toThrow(/option address/)
    }
    expect(() => clientIp()(undefined)).toThrow(TypeError)
    expect(() => clientIp()(request('a-name.example'))).toThrow(TypeError)
  })

  it('says what to do on a Unix socket, and that a client may have left', () => {
    expect(() => clientIp()(request(undefined))).toThrow(/Unix socket.* hops.*has left/)
  })

  it('finds the client behind a proxy on a Unix socket by the number of hops', () => {
    expect(clientIp({ hops: 1 })(request(undefined, { 'x-forwarded-for': CLIENT }))).toBe(CLIENT)
    expect(() => clientIp({ hops: 1 })(request(undefined))).toThrow(TypeError)
    expect(() => clientIp({ hops: 1 })(request(undefined, { 'x-forwarded-for': 'unknown' }))).toThrow(TypeError)
  })
})

describe('x-forwarded-for behind trusted proxies', () => {
  it.each([
    ['one proxy', CLIENT, CLIENT],
    ['two proxies', `${CLIENT}, 10.0.0.9`, CLIENT],
    ['two proxies, one on IPv6', `${CLIENT},2001:db8:aaaa::1`, CLIENT],
    ['a proxy on an IPv4-mapped address', `${CLIENT}, ::ffff:10.0.0.9`, CLIENT],
    ['a port, as Azure adds it', `${CLIENT}:49152`, CLIENT],
    ['an IPv6 client', '2001:db8:1:2::5', '2001:db8:1:2::/64'],
    ['an IPv6 client in brackets', '[2001:db8:1:2::5]', '2001:db8:1:2::/64'],
    ['an IPv6 client with a port', '[2001:db8:1:2::5]:49152', '2001:db8:1:2::/64'],
    ['a client within the trusted network', '10.1.1.1', '10.1.1.1'],
    ['no space and much space', ` 1.1.1.1 ,\t${CLIENT}\t,10.0.0.9 `, CLIENT],
  ])('%s', (_, header, key) => {
    expect(clientIp(behindProxies)(request(LOAD_BALANCER, { 'x-forwarded-for': header }))).toBe(key)
  })

  it("knows Express's names of ranges, single addresses, and ranges in either notation", () => {
    const key = (trusted: string, peer: string) =>
      clientIp({ trustedProxies: [trusted] })(request(peer, { 'x-forwarded-for': CLIENT }))
    for (const [trusted, inside, outside] of [
      ['loopback', '127.0.0.1', '128.0.0.1'],
      ['loopback', '::ffff:127.0.0.1', '192.0.2.1'],
      ['linklocal', '169.254.3.4', '169.253.3.4'],
      ['uniquelocal', '172.31.255.1', '172.32.0.1'],
      ['192.0.2.1', '192.0.2.1', '192.0.2.2'],
      ['192.0.2.1/31', '192.0.2.0', '192.0.2.2'],
      ['::ffff:192.0.2.0/120', '192.0.2.255', '192.0.3.0'],
      ['0.0.0.0/1', '127.0.2.1', '2001:db8::1'],
      ['::/1', '2001:db8::1', '192.0.2.1'],
      ['::10.0.0.1', '::a00:1', '10.0.0.1'],
    ] as const) {
      expect(key(trusted, inside), `${trusted} trusts ${inside}`).toBe(CLIENT)
      expect(key(trusted, outside), `${trusted} does not trust ${outside}`).not.toBe(CLIENT)
    }
  })
})

describe('a count of hops', () => {
  const way = `${VICTIM}, ${CLIENT}, 192.0.2.2, 192.0.2.1`
  it.each([
    [0, LOAD_BALANCER],
    [1, '192.0.2.1'],
    [2, '192.0.2.2'],
    [3, CLIENT],
    [5, LOAD_BALANCER],
  ])('%d proxies', (hops, key) => {
    expect(clientIp({ hops })(request(LOAD_BALANCER, { 'x-forwarded-for': way }))).toBe(key)
    const forwarded = way.replace(/[\d.]+/g, 'for=$&')
    expect(clientIp({ hops, header: 'Forwarded' })(request(LOAD_BALANCER, { forwarded }))).toBe(key)
  })

  it('means a proxy or none for a header with a single address', () => {
    const headers = { 'cf-connecting-ip': CLIENT }
    expect(clientIp({ hops: 2, header: 'CF-Connecting-IP' })(request(LOAD_BALANCER, headers))).toBe(CLIENT)
    expect(clientIp({ hops: 0, header: 'CF-Connecting-IP' })(request(LOAD_BALANCER, headers))).toBe(LOAD_BALANCER)
  })
})

describe('the Forwarded header (RFC 7239)', () => {
  it.each([
    ['for=203.0.113.7', CLIENT],
    ['For=203.0.113.7;proto=https;by=10.0.0.7', CLIENT],
    ['proto=https; by="_hidden" ;FOR="203.0.113.7:49152"', CLIENT],
    ['for="[2001:db8:1:2::5]"', '2001:db8:1:2::/64'],
    ['for="[2001:db8:1:2::5]:49152"', '2001:db8:1:2::/64'],
    ['for="[2001:db8:1:2::5]:_port"', LOAD_BALANCER],
    ['for="\\203.0.113.7"', CLIENT],
    ['for=192.0.2.43, for=203.0.113.7,for=10.0.0.9', CLIENT],
    ['for=203.0.113.7;host="a, for=192.0.2.43"', CLIENT],
    ['for=unknown', LOAD_BALANCER],
    ['for=_obfuscated', LOAD_BALANCER],
    ['for=203.0.113.7, proto=https', LOAD_BALANCER],
    ['', LOAD_BALANCER],
    ['203.0.113.7', LOAD_BALANCER],
    ['for=203.0.113.7, ', LOAD_BALANCER],
    ['for=203.0.113.7;for=192.0.2.43', LOAD_BALANCER],
    ['for=[2001:db8::1]', LOAD_BALANCER],
  ])('%s is %s', (forwarded, key) => {
    expect(clientIp({ ...behindProxies, header: 'forwarded' })(request(LOAD_BALANCER, { forwarded }))).toBe(key)
  })
})

describe('options', () => {
  it.each([
    [{ trustedProxies: '10.0.0.0/8' }, 'trustedProxies'],
    [{ trustedProxies: ['10.0.0.0/8', '10.0.0.0/33'] }, 'trustedProxies[1]'],
    [{ trustedProxies: ['::1/129'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['::ffff:1.2.3.4/95'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['10.0.0.0/8', '0.0.0.0/0'] }, 'trustedProxies[1]'],
    [{ trustedProxies: ['10.0.0.1/0'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['::/0'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['::/000'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['::ffff:0:0/96'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['::ffff:010.0.0.1'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['10.0.0.1:80'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['[::1]'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['010.0.0.1'] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['toString'] }, 'trustedProxies[0]'],
    [{ trustedProxies: [7] }, 'trustedProxies[0]'],
    [{ trustedProxies: ['10.0.0.1'], hops: 1 }, 'hops'],
    [{ hops: -1 }, 'hops'],
    [{ hops: 1.5 }, 'hops'],
    [{ hops: true }, 'hops'],
    [{ header: 'x-forwarded-for' }, 'header'],
    [{ hops: 1, header: 'x forwarded' }, 'header'],
    [{ hops: 1, header: 7 }, 'header'],
    [{ ipv6Prefix: 0 }, 'ipv6Prefix'],
    [{ ipv6Prefix: 129 }, 'ipv6Prefix'],
    [{ ipv6Prefix: '64' }, 'ipv6Prefix'],
    [{ address: 'socket' }, 'address'],
    [{ trustProxy: true }, 'options'],
    [1, 'options'],
    ['', 'options'],
    [null, 'options'],
    [[], 'options'],
    [new Map([['hops', 1]]), 'options'],
    [Object.create({ hops: 1 }), 'options'],
  ])('%j names %s', (options, option) => {
    expect(() => clientIp(options as never)).toThrow(expect.objectContaining({ name: 'OptionError', option }))
  })
})
