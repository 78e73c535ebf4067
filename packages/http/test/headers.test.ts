import type { Window } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import fc from 'fast-check'
import { parseDictionary, parseItem, parseList } from 'structured-headers'
import { describe, expect, test } from 'vitest'
import { draft6, draft7, draft10, type HeaderFormat, legacy } from '../src/fields/index.ts'
import { policyNames, type QuotaPolicy } from '../src/fields/policy.ts'

const FORMATS = { draft10, draft7, draft6, legacy } satisfies Record<string, HeaderFormat>
type Version = keyof typeof FORMATS

const MAX = Number.MAX_SAFE_INTEGER
const MAX_INTEGER = 999_999_999_999_999

describe('fields', () => {
  const second = policyOf({ name: 'api-1s', limit: 10, windowMs: 1000, remaining: 9, resetAfterMs: 1 })
  const day = policyOf({ name: 'api-1d', limit: 1000, windowMs: 86_400_000, remaining: 17, resetAfterMs: 41_229_001 })

  test.each<[version: Version, fields: object]>([
    [
      'draft10',
      {
        'ratelimit-policy': '"api-1s";q=10;w=1, "api-1d";q=1000;w=86400',
        ratelimit: '"api-1s";r=9;t=1, "api-1d";r=17;t=41230',
      },
    ],
    ['draft7', { 'ratelimit-policy': '10;w=1, 1000;w=86400', ratelimit: 'limit=10, remaining=9, reset=1' }],
    [
      'draft6',
      {
        'ratelimit-policy': '10;w=1, 1000;w=86400',
        'ratelimit-limit': '10',
        'ratelimit-remaining': '9',
        'ratelimit-reset': '1',
      },
    ],
    ['legacy', { 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '9', 'x-ratelimit-reset': '1700000001' }],
  ])('of %s tell of several policies', (version, fields) => {
    expect(write(version, [second, day])).toEqual(fields)
    expect(write(version, [day], write(version, [second]))).toEqual(fields)
  })

  test.each<[version: Version, fields: object]>([
    ['draft10', { 'ratelimit-policy': '"api";q=5;w=10' }],
    ['draft7', { 'ratelimit-policy': '5;w=10' }],
    ['draft6', { 'ratelimit-policy': '5;w=10' }],
    ['legacy', {}],
  ])('of %s make nothing up where no counter answered', (version, fields) => {
    const unknown = { ...policyOf({ limit: 5 }), state: undefined }
    expect(write(version, [unknown])).toEqual(fields)
  })

  test.each<Version>(['draft6', 'draft7'])('of %s never show one quota twice, which they forbid', (version) => {
    const minute = policyOf({ limit: 10, windowMs: 60_000 })
    expect(write(version, [second, minute])['ratelimit-policy']).toBe('10;w=1')
    expect(write(version, [minute], write(version, [second, day]))['ratelimit-policy']).toBe('10;w=1, 1000;w=86400')
  })

  test.each<[version: Version, name: string, value: string]>([
    ['draft7', 'ratelimit', 'limit=1000, remaining=17, reset=41230'],
    ['draft6', 'ratelimit-limit', '1000'],
    ['legacy', 'x-ratelimit-limit', '1000'],
  ])('of %s show the policy that keeps a request out, longest first', (version, name, value) => {
    const violated = (policy: QuotaPolicy) => ({
      ...policy,
      state: policy.state && { ...policy.state, violated: true },
    })
    const least = policyOf({ limit: 3, remaining: 0 })
    expect(write(version, [least, violated(second), violated(day)])[name]).toBe(value)
    expect(write(version, [violated(day), violated(second), least])[name]).toBe(value)
  })

  test('of draft 10 tell the unit and the partition key', () => {
    const policy = { ...policyOf({ limit: 5 }), unit: 'content-bytes', partitionKey: new Uint8Array([1, 2, 255]) }
    expect(write('draft10', [policy])).toEqual({
      'ratelimit-policy': '"api";q=5;qu="content-bytes";w=10;pk=:AQL/:',
      ratelimit: '"api";r=1;t=4;pk=:AQL/:',
    })
  })

  test.each([
    ['say', 'say "hi" \\o/', '"say \\"hi\\" \\\\o/"'],
    ['é', 'caf\u00e9', '"caf%C3%A9"'],
    ['an emoji', 'a\u{1f600}b', '"a%F0%9F%98%80b"'],
    ['a line break', 'a\r\nb', '"a%0D%0Ab"'],
  ])('of draft 10 can tell a name with %s', (_, name, string) => {
    expect(write('draft10', [policyOf({ name })])['ratelimit-policy']).toBe(`${string};q=5;w=10`)
  })

  test.each([
    ['a window of 1 ms', { windowMs: 1, resetAfterMs: 1 }, { w: 1, t: 1 }],
    ['a window of 1.5 s', { windowMs: 1500, resetAfterMs: 1001 }, { w: 2, t: 2 }],
    ['the longest window', { windowMs: MAX, resetAfterMs: MAX }, { w: 9_007_199_254_741, t: 9_007_199_254_741 }],
    ['the largest limit', { limit: MAX, remaining: MAX }, { q: MAX_INTEGER, r: MAX_INTEGER }],
    ['limit 0', { limit: 0, remaining: 0 }, { q: 0, r: 0 }],
  ])('of draft 10 are legal for %s', (_, policy, expected) => {
    const fields = write('draft10', [policyOf(policy)])
    const [[, quota] = []] = parseList(fields['ratelimit-policy'] ?? '')
    const [[, service] = []] = parseList(fields.ratelimit ?? '')
    const parameters = { ...Object.fromEntries(quota ?? []), ...Object.fromEntries(service ?? []) }
    expect(parameters).toMatchObject(expected)
  })

  test('of every version read back as what they were made from', () => {
    const anyPolicy = fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1 }),
      limit: fc.integer({ min: 0, max: MAX_INTEGER }),
      windowMs: fc.integer({ min: 1, max: MAX }),
      remaining: fc.integer({ min: 0, max: MAX_INTEGER }),
      resetAfterMs: fc.integer({ min: 1, max: MAX }),
      partitionKey: fc.option(fc.uint8Array(), { nil: undefined }),
    })
    fc.assert(
      fc.property(anyPolicy, ({ partitionKey, ...given }) => {
        const { limit, remaining } = given
        const policy = { ...policyOf(given), partitionKey }
        const w = Math.ceil(given.windowMs / 1000)
        const t = Math.ceil(given.resetAfterMs / 1000)
        const pk = partitionKey && { pk: new Uint8Array(partitionKey).buffer }

        const draft10 = write('draft10', [policy])
        const [[, quota] = []] = parseList(draft10['ratelimit-policy'] ?? '')
        const [[name, service] = []] = parseList(draft10.ratelimit ?? '')
        expect(decodeURIComponent(String(name).replace(/%(?![0-9A-F]{2})/g, '%25'))).toBeTypeOf('string')
        expect(Object.fromEntries(quota ?? [])).toEqual({ q: limit, w, ...pk })
        expect(Object.fromEntries(service ?? [])).toEqual({ r: remaining, t, ...pk })

        const draft7 = write('draft7', [policy])
        expect(parseList(draft7['ratelimit-policy'] ?? '')).toEqual([[limit, new Map([['w', w]])]])
        const members = Array.from(parseDictionary(draft7.ratelimit ?? ''), ([key, [value]]) => [key, value])
        expect(Object.fromEntries(members)).toEqual({ limit, remaining, reset: t })

        const draft6 = write('draft6', [policy])
        const items = ['limit', 'remaining', 'reset'].map((each) => parseItem(draft6[`ratelimit-${each}`] ?? '')[0])
        expect(items).toEqual([limit, remaining, t])
      }),
    )
  })
})

describe('policy names', () => {
  test('are the limiter’s own for one window', () => {
    expect(policyNames('api', [{ limit: 1, windowMs: 60_000, anchor: 'epoch' }])).toEqual(['api'])
  })

  test('tell several windows apart by their lengths and anchors', () => {
    const lengths = [500, 1500, 10_000, 60_000, 5_400_000, 3_600_000, 86_400_000, 1]
    const windows = lengths.map((windowMs): Window => ({ limit: 1, windowMs, anchor: 'epoch' }))
    const names = policyNames('api', [...windows, { limit: 1, windowMs: 10_000, anchor: 'first-hit' }])
    expect(names).toEqual([
      'api-500ms',
      'api-1500ms',
      'api-10s',
      'api-1m',
      'api-90m',
      'api-1h',
      'api-1d',
      'api-1ms',
      'api-10s-first-hit',
    ])
  })

  test('of periods of a calendar are the period’s', () => {
    const units = ['requests', 'tokens', undefined]
    const month = calendar('month', { timeZone: 'Europe/Berlin', day: 17 })
    const names = policyNames('api', [
      ...units.map((unit) => month.withLimit(1, unit)),
      calendar('day').withLimit(1, undefined),
    ])
    expect(names).toEqual(['api-month-requests', 'api-month-tokens', 'api-month', 'api-day'])
  })
})

interface Given {
  readonly name?: string
  readonly limit?: number
  readonly windowMs?: number
  readonly remaining?: number
  readonly resetAfterMs?: number
}

function policyOf({
  name = 'api',
  limit = 5,
  windowMs = 10_000,
  remaining = 1,
  resetAfterMs = 3500,
}: Given): QuotaPolicy {
  const state = { remaining, resetAfterMs, resetAt: 1_700_000_000_000 + resetAfterMs, violated: false }
  return { name, limit, windowMs, unit: undefined, partitionKey: undefined, state }
}

/** The fields of a response, by their names in lower case. */
function write(
  version: Version,
  policies: readonly QuotaPolicy[],
  before: Record<string, string> = {},
): Record<string, string> {
  const headers = new Headers(before)
  FORMATS[version].write(policies, headers)
  return Object.fromEntries(headers)
}
