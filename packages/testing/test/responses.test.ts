import type { FixedWindowRateLimiter } from '@rl/core'
import { rateLimit } from '@rl/http/fetch'
import { draft6, draft7, draft10, type HeaderFormat, legacy } from '@rl/http/headers'
import { describe, expect, test } from 'vitest'
import { assertRateLimit } from '../src/index.ts'
import { set } from './support.ts'

const POLICIES = {
  windows: [
    { limit: 2, window: '1s' },
    { limit: 9, window: '1m' },
  ],
}

async function responses(options: object, headers: HeaderFormat, calls = 1): Promise<Response> {
  const { limiterWith } = set()
  const limiter = limiterWith(options) as FixedWindowRateLimiter
  const handler = rateLimit({ limiter, key: () => 'user_123', headers })(() => new Response('ok'))
  let response = await handler(new Request('http://localhost/'))
  for (let call = 1; call < calls; call++) response = await handler(new Request('http://localhost/'))
  return response
}

describe('fields of @rl/http', () => {
  test('draft 10: each policy has its own', async () => {
    const response = await responses(POLICIES, draft10)
    expect(response).toHaveRateLimit()
    expect(response).toHaveRateLimit({ policy: 'api-1s', limit: 2, remaining: 1, reset: 1 })
    expect(response).toHaveRateLimit({ policy: 'api-1m', limit: 9, remaining: 8, reset: 60 })
    expect(response).toHaveRateLimit({ remaining: 8 })
    expect(response).not.toHaveRateLimit({ policy: 'api-1s', remaining: 8 })
    expect(response).not.toHaveRateLimit({ policy: 'api', remaining: 1 })
    assertRateLimit(response, { policy: 'api-1m', remaining: 8 })
  })

  test('draft 10: a denial, with Retry-After', async () => {
    const response = await responses({ limit: 1, window: '1m' }, draft10, 2)
    expect(response).toHaveRateLimit({ policy: 'api', remaining: 0, reset: 60, retryAfter: 60 })
    expect(response).not.toHaveRateLimit({ retryAfter: 59 })
  })

  test.each(['a "b" \\ c, d;r=5', 'café', 'x=1'])('draft 10: the policy %s', async (name) => {
    const unit = { unit: 'tokens', limit: 5, window: '1m' }
    const response = await responses({ name, windows: [unit] }, draft10)
    expect(response).toHaveRateLimit({ policy: name, limit: 5, remaining: 4, reset: 60 })
  })

  test.each([
    ['draft 6', draft6, 1],
    ['draft 7', draft7, 1],
    ['legacy', legacy, Date.UTC(2026, 0, 1) / 1000 + 1],
  ])('%s: the policy closest to its limit, without a name', async (_, format, reset) => {
    const response = await responses(POLICIES, format)
    expect(response).toHaveRateLimit({ limit: 2, remaining: 1, reset })
    expect(response).not.toHaveRateLimit({ remaining: 8 })
    expect(response).not.toHaveRateLimit({ policy: 'api-1s' })
  })
})

test('reads whatever has headers', () => {
  const field = '"api";r=9;t=41;pk=:yv8=:'
  const lowerCase = { 'ratelimit-policy': ['"api";q=10;w=60;qu="q=7, \\"x\\""', '"b";q=1'], ratelimit: field }
  for (const response of [
    { headers: lowerCase },
    lowerCase,
    { RateLimit: field, 'RateLimit-Policy': '"api";q=10' },
    new Headers({ RateLimit: field, 'RateLimit-Policy': '"api";w=60;q=10' }),
    { getHeader: (name: string) => lowerCase[name.toLowerCase() as 'ratelimit'] },
  ]) {
    assertRateLimit(response, { policy: 'api', limit: 10, remaining: 9, reset: 41 })
  }
})

test.each([
  [new Response(), 'one without'],
  [
    new Response(null, { headers: { RateLimit: '"api";r=1;t=2' } }),
    "one with { policy: 'api', remaining: 1, reset: 2 }",
  ],
  [Promise.resolve(), 'a promise (await it first)'],
  [undefined, 'no response'],
])('says what is wrong with %s', (response, received) => {
  expect(() => expect(response).toHaveRateLimit({ policy: 'api', remaining: 0 })).toThrow(
    `expected a response with the rate limit { policy: 'api', remaining: 0 }, received ${received}`,
  )
})
