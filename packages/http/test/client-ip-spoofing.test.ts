import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClientIpOptions, clientIp } from '../src/client-ip/client-ip.ts'

const PROXY = '10.0.0.7'
const ATTACKER = '203.0.113.66'
const VICTIM = '198.51.100.9'

const direct: ClientIpOptions = {}
const known: ClientIpOptions = { trustedProxies: ['10.0.0.0/8'] }
const oneHop: ClientIpOptions = { hops: 1 }
const twoHops: ClientIpOptions = { hops: 2 }
const forwarded: ClientIpOptions = { trustedProxies: ['10.0.0.0/8'], header: 'forwarded' }
const cloudflare: ClientIpOptions = { trustedProxies: ['10.0.0.0/8'], header: 'cf-connecting-ip' }

interface Attempt {
  readonly attempt: string
  readonly options: ClientIpOptions
  /** The peer connected to the app: the proxy, or the attacker who found a way around it. */
  readonly peer: string
  /** As they reach the app: what the attacker sent, and what the proxy added to its right. */
  readonly headers: Record<string, string>
  readonly key: string
}

const attempts: readonly Attempt[] = [
  {
    attempt: 'every well-known header, to an app without proxies',
    options: direct,
    peer: ATTACKER,
    headers: Object.fromEntries(
      [
        'x-forwarded-for',
        'x-real-ip',
        'x-client-ip',
        'cf-connecting-ip',
        'true-client-ip',
        'fastly-client-ip',
        'fly-client-ip',
        'x-vercel-forwarded-for',
        'x-cluster-client-ip',
        'x-original-forwarded-for',
      ].map((name) => [name, VICTIM]),
    ),
    key: ATTACKER,
  },
  {
    attempt: 'Forwarded, to an app without proxies',
    options: direct,
    peer: ATTACKER,
    headers: { forwarded: `for=${VICTIM}` },
    key: ATTACKER,
  },
  {
    attempt: 'an entry on the left',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM}, ${ATTACKER}` },
    key: ATTACKER,
  },
  {
    attempt: 'an entry on the left, hops counted',
    options: oneHop,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM}, ${ATTACKER}` },
    key: ATTACKER,
  },
  {
    attempt: "a trusted proxy's address on the left",
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM}, 10.0.0.9, ${ATTACKER}` },
    key: ATTACKER,
  },
  {
    attempt: 'a thousand entries',
    options: twoHops,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${`${VICTIM}, `.repeat(1000)}${ATTACKER}, 10.0.0.8` },
    key: ATTACKER,
  },
  {
    attempt: 'a connection around the proxy',
    options: known,
    peer: ATTACKER,
    headers: { 'x-forwarded-for': VICTIM },
    key: ATTACKER,
  },
  {
    attempt: "a connection around the proxy, in the proxy's name",
    options: known,
    peer: ATTACKER,
    headers: { 'x-forwarded-for': `${VICTIM}, ${PROXY}` },
    key: ATTACKER,
  },
  {
    attempt: 'a connection around the outer of two proxies',
    options: twoHops,
    peer: ATTACKER,
    headers: { 'x-forwarded-for': VICTIM },
    key: ATTACKER,
  },
  {
    attempt: 'a neighbour of the trusted range',
    options: known,
    peer: '11.0.0.1',
    headers: { 'x-forwarded-for': VICTIM },
    key: '11.0.0.1',
  },
  {
    attempt: 'a trusted address within IPv6 that is not an IPv4-mapped one',
    options: known,
    peer: '64:ff9b::10.0.0.7',
    headers: { 'x-forwarded-for': VICTIM },
    key: '64:ff9b::/64',
  },
  {
    attempt: "the IPv4-compatible spelling of a proxy's address",
    options: known,
    peer: '::10.0.0.7',
    headers: { 'x-forwarded-for': VICTIM },
    key: '::/64',
  },
  {
    attempt: 'an octal spelling within IPv6',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '::ffff:013.0.113.66' },
    key: PROXY,
  },
  {
    attempt: 'a hexadecimal spelling within IPv6',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '::ffff:0xcb.0.113.66' },
    key: PROXY,
  },
  {
    attempt: 'an IPv4 address with a zone and a colon in it',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM}%:` },
    key: PROXY,
  },
  {
    attempt: 'the NAT64 spelling, for the one key of all that come through NAT64',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '64:ff9b::9.9.9.9' },
    key: '9.9.9.9',
  },
  {
    attempt: 'a made-up header from behind NAT64',
    options: known,
    peer: '64:ff9b::909:909',
    headers: { 'x-forwarded-for': VICTIM },
    key: '9.9.9.9',
  },
  {
    attempt: 'garbage that the proxy passes on as its own',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM}, <script>` },
    key: PROXY,
  },
  {
    attempt: 'an address followed by garbage',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM} x` },
    key: PROXY,
  },
  {
    attempt: 'an octal spelling, for another key',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '0313.0.113.66' },
    key: PROXY,
  },
  {
    attempt: 'a hexadecimal spelling',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '0xcb.0.113.66' },
    key: PROXY,
  },
  {
    attempt: 'an address as one number',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '3405803842' },
    key: PROXY,
  },
  {
    attempt: 'the IPv4-mapped spelling, for a second key',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `::ffff:${ATTACKER}` },
    key: ATTACKER,
  },
  {
    attempt: 'another port each time',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${ATTACKER}:1` },
    key: ATTACKER,
  },
  {
    attempt: 'another zone each time',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': 'fe80::1%a-zone-of-my-choice' },
    key: 'fe80::/64',
  },
  {
    attempt: 'a zone on an IPv4 address',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM}%zone` },
    key: PROXY,
  },
  {
    attempt: 'a very long zone',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `2001:db8::1%${'z'.repeat(5000)}` },
    key: PROXY,
  },
  {
    attempt: 'another address of the same IPv6 network each time',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '2001:db8:1:2:dead:beef:0:1' },
    key: '2001:db8:1:2::/64',
  },
  {
    attempt: 'an empty header',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': '' },
    key: PROXY,
  },
  {
    attempt: 'empty entries',
    options: known,
    peer: PROXY,
    headers: { 'x-forwarded-for': `${VICTIM},,` },
    key: PROXY,
  },
  {
    attempt: 'the other header than the one the proxy sets',
    options: known,
    peer: PROXY,
    headers: { forwarded: `for=${VICTIM}`, 'x-real-ip': VICTIM, 'x-forwarded-for': ATTACKER },
    key: ATTACKER,
  },
  {
    attempt: 'Forwarded: an entry on the left',
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${VICTIM}, for=${ATTACKER}` },
    key: ATTACKER,
  },
  {
    attempt: "Forwarded: an open quote before the proxy's entry",
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${VICTIM};by=", for=${ATTACKER}` },
    key: PROXY,
  },
  {
    attempt: "Forwarded: an open quote that the proxy's own quote closes",
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${VICTIM}, by=", for="[2001:db8::66]"` },
    key: PROXY,
  },
  {
    attempt: 'Forwarded: a backslash at the end of an open quote',
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${VICTIM}, by="\\, for="[2001:db8::66]"` },
    key: PROXY,
  },
  {
    attempt: 'Forwarded: a Host header that the proxy quotes',
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${ATTACKER};host="x, for=${VICTIM}"` },
    key: ATTACKER,
  },
  {
    attempt: 'Forwarded: a Host header with an escaped quote',
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${ATTACKER};host="x\\", for=${VICTIM}"` },
    key: ATTACKER,
  },
  {
    attempt: 'Forwarded: for= twice in one entry',
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${ATTACKER};for=${VICTIM}` },
    key: PROXY,
  },
  {
    attempt: 'Forwarded: a parameter that ends in for',
    options: forwarded,
    peer: PROXY,
    headers: { forwarded: `for=${ATTACKER};xfor=${VICTIM}` },
    key: ATTACKER,
  },
  {
    attempt: 'a single-address header, around the proxy that sets it',
    options: cloudflare,
    peer: ATTACKER,
    headers: { 'cf-connecting-ip': VICTIM },
    key: ATTACKER,
  },
  {
    attempt: 'a single-address header sent beside the one that the proxy sets',
    options: cloudflare,
    peer: PROXY,
    headers: { 'cf-connecting-ip': `${VICTIM}, ${ATTACKER}` },
    key: PROXY,
  },
]

function keyOf({ options, peer, headers }: Pick<Attempt, 'options' | 'peer' | 'headers'>): string {
  return clientIp(options)({ socket: { remoteAddress: peer }, headers })
}

describe('attempts to be counted as somebody else', () => {
  it.each(attempts)('$attempt', (attempt) => {
    expect(keyOf(attempt)).toBe(attempt.key)
  })
})

// A client's input: anything, and above all texts that look like addresses, quotes and entries.
const piece = fc.constantFrom(
  ...[
    '"',
    '\\',
    ',',
    ';',
    '=',
    ' ',
    '\t',
    '[',
    ']',
    ':',
    '%',
    '.',
    'for',
    'For=',
    'by=',
    'unknown',
    VICTIM,
    PROXY,
    '::1',
  ],
)
const sent = fc.array(fc.oneof({ arbitrary: piece, weight: 8 }, fc.string({ maxLength: 3 })), { maxLength: 24 })

describe('whatever a client sends', () => {
  it("X-Forwarded-For: the proxy's entry on the right decides", () => {
    fc.assert(
      fc.property(sent, (pieces) => {
        const headers = { 'x-forwarded-for': `${pieces.join('')}, ${ATTACKER}` }
        expect(keyOf({ options: known, peer: PROXY, headers })).toBe(ATTACKER)
        expect(keyOf({ options: oneHop, peer: PROXY, headers })).toBe(ATTACKER)
      }),
      { numRuns: 3000 },
    )
  })

  it("Forwarded: the proxy's entry on the right decides, or the header is not believed at all", () => {
    const added = fc.constantFrom(
      `for=${ATTACKER}`,
      `for="${ATTACKER}:1"`,
      `by="_x";for="[::ffff:${ATTACKER}]";host="a"`,
    )
    fc.assert(
      fc.property(sent, added, (pieces, entry) => {
        const headers = { forwarded: `${pieces.join('')}, ${entry}` }
        expect([ATTACKER, PROXY]).toContain(keyOf({ options: forwarded, peer: PROXY, headers }))
        expect([ATTACKER, PROXY]).toContain(keyOf({ options: { hops: 1, header: 'forwarded' }, peer: PROXY, headers }))
      }),
      { numRuns: 3000 },
    )
  })

  it('a header sent around the proxy decides nothing', () => {
    fc.assert(
      fc.property(sent, (pieces) => {
        const headers = { 'x-forwarded-for': pieces.join(''), forwarded: pieces.join('') }
        for (const options of [direct, known, forwarded])
          expect(keyOf({ options, peer: ATTACKER, headers })).toBe(ATTACKER)
      }),
      { numRuns: 1000 },
    )
  })
})
