import { expect, test } from 'vitest'
import { fromHash, toHash } from '../src/playground/setup/link.ts'
import { PRESETS } from '../src/playground/setup/presets.ts'
import { milliseconds, NEW_CALLER, parseCost } from '../src/playground/setup/setup.ts'
import { codeOf } from '../src/playground/text/code.ts'
import { duration } from '../src/playground/text/format.ts'
import { addressOf, pageFiles } from '../src/site/pages.ts'
import { anchorOf, linkOnSite } from '../src/site/repository-links.ts'
import { SIDEBAR } from '../src/site/sidebar.ts'

const PAGES = new Set(['README.md', 'docs/redis.md', 'packages/core/README.md', 'CONTRIBUTING.md'])

test.each([
  ['redis.md#keys', 'docs/choosing.md', '/redis.md#keys'],
  ['../packages/core/README.md#types', 'docs/choosing.md', '/packages/core.md#types'],
  ['../packages/core', 'docs/choosing.md', '/packages/core.md'],
  ['../../README.md', 'packages/core/README.md', '/introduction.md'],
  ['../package.json', 'docs/choosing.md', 'https://github.com/rl/rl/blob/main/package.json'],
  ['../packages/memory/src', 'docs/choosing.md', 'https://github.com/rl/rl/tree/main/packages/memory/src'],
  ['gone.md', 'docs/choosing.md', 'gone.md'],
  ['https://redis.io', 'docs/choosing.md', 'https://redis.io'],
  ['#here', 'docs/choosing.md', '#here'],
])('a link to %s in %s leads to %s', (href, page, expected) => {
  expect(linkOnSite(href, page, PAGES)).toBe(expected)
})

test('pages have addresses without the folders of the repository', () => {
  expect(['README.md', 'docs/migrate/upstash.md', 'packages/core/README.md', 'SECURITY.md'].map(addressOf)).toEqual([
    'introduction.md',
    'migrate/upstash.md',
    'packages/core.md',
    'security.md',
  ])
})

test('the sidebar has every page of the docs and packages, and no other', () => {
  const linked = SIDEBAR.flatMap(({ items = [] }) => items).map(({ link = '' }) => link)
  const addresses = pageFiles().map((file) => `/${addressOf(file).replace(/(^|\/)index\.md$|\.md$/, '$1')}`)
  expect(linked.filter((link) => !addresses.includes(link))).toEqual([])
  const isLinked = (address: string): boolean => linked.includes(address) || /^\/(apps\/|security$)/.test(address)
  expect(addresses.filter((address) => !isLinked(address))).toEqual([])
})

test('headings have the anchors that they have on GitHub', () => {
  expect(anchorOf('peek, refund, `reset` (@rl/core)')).toBe('peek-refund-reset-rlcore')
})

test.each(PRESETS.map(({ name, setup }) => [name, setup] as const))('a link says all of %s', (_, setup) => {
  expect(fromHash(toHash(setup))).toEqual(setup)
  expect(fromHash(toHash({ ...setup, until: '12ms' }))?.until).toBe('12ms')
})

test.each(['', '#', '#x=1', '#a', '#a=%E0%A4%A', '#call=a;b;c', '#a=1;2;3;4;5;6&call=&speed=-1&start&until'])(
  'a link that says %j is no mistake',
  (hash) => {
    expect(() => fromHash(hash)).not.toThrow()
  },
)

test('times and costs are read as they are typed', () => {
  expect(['1.5s', '250 ms', '2h', 's', '1M', ''].map(milliseconds)).toEqual([
    1500,
    250,
    7_200_000,
    undefined,
    undefined,
    undefined,
  ])
  expect(['3', 'requests 1, tokens: 1200', '', 'x'].map(parseCost)).toEqual([
    3,
    { requests: 1, tokens: 1200 },
    Number.NaN,
    { x: Number.NaN },
  ])
})

test('lengths of time are short: two units at most', () => {
  expect([0, 999, 1001, 59_950, 60_000, 3_661_000, 90_061_000, Number.POSITIVE_INFINITY].map(duration)).toEqual([
    '0 ms',
    '999 ms',
    '1.1 s',
    '60 s',
    '1 min',
    '1 h 1 min',
    '1 d 1 h',
    'never',
  ])
})

test('an identifier with quotes stays a text in the code', () => {
  const [{ setup }] = PRESETS as unknown as [(typeof PRESETS)[number]]
  const callers = [{ ...NEW_CALLER, id: "it's \\ `x`" }]
  expect(codeOf({ ...setup, callers })).toContain("limiter.limit('it\\'s \\\\ `x`')")
})
