import ipaddr from 'ipaddr.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ClientIpOptions, clientIp } from '../src/client-ip/client-ip.ts'

/** The bytes that a Node server accepts in all headers of a request. */
const SIZE = 16_384
const TRUSTED = '10.0.0.7'
const STRANGER = '203.0.113.66'

function filled(piece: string, end = ''): string {
  return piece.repeat(Math.floor((SIZE - end.length) / piece.length)) + end
}

/** Headers that a client may send to keep the server busy. */
const hostile: Readonly<Record<string, string>> = {
  commas: filled(','),
  'commas and spaces': filled(' ,\t'),
  spaces: filled(' '),
  tabs: filled('\t'),
  semicolons: filled(';'),
  'a single token': filled('a'),
  'a single number': filled('1'),
  colons: filled(':'),
  dots: filled('1.'),
  '::1 and a comma': filled('::1,'),
  'trusted addresses': filled('10.0.0.1,', '10.0.0.1'),
  'trusted IPv6 addresses': filled('fd00:1111:2222:3333:4444:5555:6666:7777,', 'fd00::1'),
  'trusted IPv4-mapped addresses': filled('::ffff:10.0.0.1,', '::ffff:10.0.0.1'),
  'almost addresses': filled('1:2,', '1:2'),
  'colons up to the longest address': filled(`${':'.repeat(99)},`),
  'an open bracket and colons': filled('[:::::::::::::::::,'),
  'nested brackets': filled('[') + filled(']'),
  zones: filled('::1%:%:%,', '::1%:%:%'),
  'many lines, joined': filled('for=10.0.0.1, ', 'for=10.0.0.1'),
  'for= without a value': filled('for='),
  'for= again and again in one entry': filled('for=1;'),
  'names in one entry, none twice': Array.from({ length: 2300 }, (_, i) => `${i.toString(36)}=1`).join(';'),
  'sixteen names in each entry': filled(`${[...'abcdefghijklmnop'].map((name) => `${name}=1`).join(';')},`),
  'quoted IPv6 addresses': filled('for="[fd00::1]",', 'for="[fd00::1]"'),
  'empty quotes': filled('for="",'),
  'quoted blanks': filled('for=" ",'),
  quotes: filled('"'),
  'an open quote': `for="${filled('a')}`,
  'a long quoted string': `for="${filled('a')}"`,
  'backslashes in an open quote': `for="${filled('\\')}`,
  'backslashes and quotes in a quote': `for="${filled('\\"')}"`,
}

const options: readonly (readonly [string, ClientIpOptions])[] = [
  ['trustedProxies', { trustedProxies: ['loopback', 'uniquelocal'] }],
  ['hops: 1', { hops: 1 }],
  ['hops: 100', { hops: 100 }],
]

/** Attempts to parse an address, and characters and pieces that were looked at, while `run` runs. */
function workOf(run: () => void): { attempts: number; steps: number } {
  const parsers = (['isValid', 'parse'] as const).flatMap((name) => [
    vi.spyOn(ipaddr.IPv4, name),
    vi.spyOn(ipaddr.IPv6, name),
  ])
  const pieces = (['charCodeAt', 'slice', 'trim', 'lastIndexOf'] as const).map((name) =>
    vi.spyOn(String.prototype, name),
  )
  let searched = 0
  const { exec } = RegExp.prototype
  // `test`, `match` and `replace` call it too.
  vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text: string) {
    searched += text.length
    return exec.call(this, text)
  })
  run()
  const calls = (spies: readonly { readonly mock: { readonly calls: readonly unknown[] } }[]) =>
    spies.reduce((sum, { mock }) => sum + mock.calls.length, 0)
  const work = { attempts: calls(parsers), steps: calls(pieces) + searched }
  vi.restoreAllMocks()
  return work
}

afterEach(() => void vi.restoreAllMocks())

describe.each(['x-forwarded-for', 'forwarded'])('%s of 16 KB', (header) => {
  describe.each(options)('%s', (_, given) => {
    it.each(Object.entries(hostile))('%s: work that grows with the length alone', (_, value) => {
      const key = clientIp({ ...given, header } as ClientIpOptions)
      const { attempts, steps } = workOf(() =>
        key({ socket: { remoteAddress: TRUSTED }, headers: { [header]: value } }),
      )
      // Up to 100 addresses that can be read, tested and then parsed, and the peer.
      expect(attempts).toBeLessThanOrEqual(202)
      // Each character twice, and for each of 100 addresses a few expressions over at most 100 characters.
      expect(steps).toBeLessThanOrEqual(3 * value.length + 40_000)
    })
  })

  it.each(Object.entries(hostile))('%s: never becomes a key that a client chose', (_, value) => {
    for (const [, given] of options) {
      const key = clientIp({ ...given, header } as ClientIpOptions)
      const keys = ['10.0.0.7', '10.0.0.1', 'fd00::/64', 'fd00:1111:2222:3333::/64', '::/64']
      expect(keys).toContain(key({ socket: { remoteAddress: TRUSTED }, headers: { [header]: value } }))
    }
  })

  it('is not read at all from a peer that is not trusted', () => {
    const headers = {
      get [header](): string {
        throw new Error('it was read')
      },
    }
    const key = clientIp({ trustedProxies: ['10.0.0.0/8'], header })
    expect(key({ socket: { remoteAddress: STRANGER }, headers })).toBe(STRANGER)
    expect(() => key({ socket: { remoteAddress: TRUSTED }, headers })).toThrow('it was read')
  })

  it('is read for at most 32 trusted proxies in a row', () => {
    const entries = Array.from({ length: 40 }, (_, i) => `10.0.0.${200 - i}`).reverse()
    const value = [STRANGER, ...entries].map((each) => (header === 'forwarded' ? `for=${each}` : each)).join(', ')
    const key = clientIp({ trustedProxies: ['10.0.0.0/8'], header })
    expect(key({ socket: { remoteAddress: TRUSTED }, headers: { [header]: value } })).toBe('10.0.0.169')
  })
})

it.each(['', 'unknown', '<script>', 'g::1', '1.2.3', '999.1.1.1', '::ffff:1.2.3', '1:2 3', ':'.repeat(60)])(
  'the entry "%s" is refused before it is parsed, as ipaddr.js throws and catches for it',
  (entry) => {
    const key = clientIp({ hops: 1 })
    const request = { socket: { remoteAddress: TRUSTED }, headers: { 'x-forwarded-for': entry } }
    expect(workOf(() => key(request)).attempts).toBe(0)
    expect(key(request)).toBe(TRUSTED)
  },
)
