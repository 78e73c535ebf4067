import { describe, expect, test } from 'vitest'
import { FailingStore, limiterOf, opened } from './support.ts'

const bob = { limiter: 'api', id: 'bob' }
const UNITS = [
  { unit: 'requests', limit: 3, window: '1d', anchor: 'first-hit' },
  { unit: 'tokens', limit: 100, window: '1d', anchor: 'first-hit' },
] as const

describe('lookup', () => {
  test('says how each window stands, and takes nothing', async () => {
    const limiter = limiterOf({ windows: UNITS })
    await limiter.limit('bob', { cost: { requests: 3, tokens: 40 } })
    const { post } = opened({ limiters: [limiter] })
    const expected = {
      allowed: true, // of what costs nothing, as with units no call has a default cost
      retryAfterMs: 0,
      windows: [
        { unit: 'requests', limit: 3, used: 3, remaining: 0 },
        { unit: 'tokens', limit: 100, used: 40, remaining: 60 },
      ],
    }
    expect((await post('lookup', bob)).body).toMatchObject(expected)
    expect((await post('lookup', bob)).body).toMatchObject(expected)
  })

  test('says when there will be room', async () => {
    const limiter = limiterOf()
    await limiter.limit('bob', { cost: 5 })
    const { body } = await opened({ limiters: [limiter] }).post('lookup', bob)
    expect(body).toMatchObject({ allowed: false, retryAfterMs: body.windows[0]?.resetAfterMs })
  })

  test('says that there will never be room', async () => {
    const { body } = await opened({ limiters: [limiterOf({ limit: 0 } as object)] }).post('lookup', bob)
    expect(body).toMatchObject({ allowed: false, retryAfterMs: null })
  })
})

test('trial takes what it costs', async () => {
  const limiter = limiterOf()
  const { post } = opened({ limiters: [limiter] })
  expect((await post('trial', { ...bob, cost: 4 })).body).toMatchObject({ allowed: true, windows: [{ remaining: 1 }] })
  expect((await post('trial', { ...bob, cost: 4 })).body).toMatchObject({
    allowed: false,
    retryAfterMs: expect.any(Number),
  })
  expect((await post('trial', { ...bob, cost: 9 })).body).toMatchObject({ allowed: false, retryAfterMs: null })
  expect(await limiter.peek('bob')).toMatchObject({ remaining: 1 })
})

test('refund gives back units that are named', async () => {
  const limiter = limiterOf({ windows: UNITS })
  await limiter.limit('bob', { cost: { requests: 3, tokens: 40 } })
  const { body } = await opened({ limiters: [limiter] }).post('refund', { ...bob, units: { tokens: 15 } })
  expect(body).toEqual({
    windows: [
      { unit: 'requests', givenBack: 0 },
      { unit: 'tokens', givenBack: 15 },
    ],
  })
})

describe('a request is answered with', () => {
  test.each([
    ['400 for no JSON', 'lookup', '{', 400, 'bad-request'],
    ['400 for nothing', 'lookup', '', 400, 'bad-request'],
    ['400 for a list', 'lookup', '[]', 400, 'bad-request'],
    ['400 for null', 'lookup', 'null', 400, 'bad-request'],
    ['400 for a field it does not know', 'lookup', { ...bob, units: 1 }, 400, 'bad-request'],
    ['400 for an empty identifier', 'lookup', { ...bob, id: '' }, 400, 'bad-request'],
    ['400 for an identifier that is a number', 'reset', { ...bob, id: 5 }, 400, 'bad-request'],
    ['400 for an identifier that is no text', 'reset', '{"limiter":"api","id":"\\ud800"}', 400, 'bad-request'],
    ['400 without an identifier', 'reset', { limiter: 'api' }, 400, 'bad-request'],
    ['400 for a cost below 0', 'trial', { ...bob, cost: -1 }, 400, 'bad-request'],
    ['400 for a refund of nothing', 'refund', bob, 400, 'bad-request'],
    ['400 for a refund of half a unit', 'refund', { ...bob, units: 0.5 }, 400, 'bad-request'],
    ['400 for what charges', 'refund', { ...bob, units: -5 }, 400, 'bad-request'],
    ['404 for another limiter', 'lookup', { ...bob, limiter: 'apis' }, 404, 'not-found'],
    ['404 for a property of all objects', 'lookup', { ...bob, limiter: '__proto__' }, 404, 'not-found'],
    ['404 for a list that is off', 'denied', {}, 404, 'not-found'],
    ['413 for a large body', 'lookup', { ...bob, id: 'x'.repeat(16_000) }, 413, 'too-large'],
  ] as const)('%s', async (_, path, body, status, code) => {
    const answer = await opened().post(path, body)
    expect(answer).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } })
  })

  test.each(['lookup', 'trial', 'refund', 'reset'] as const)('502 for a %s if the store fails', async (path) => {
    const store = new FailingStore()
    const limiter = limiterOf({ store, onStoreError: 'allow' })
    const body = path === 'refund' ? { ...bob, units: 1 } : bob
    const answer = await opened({ limiters: [limiter] }).post(path, body)
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'store-failed' } } })
    expect(JSON.stringify(answer.body)).not.toContain('bob')
  })

  test.each(['', 'page.js', 'page.css', 'stream'])('405 for a POST to "%s"', async (path) => {
    const answer = await opened().get(path, { method: 'POST' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, path === 'stream' ? 'GET' : 'GET, HEAD'])
  })

  test.each(['', 'page.js', 'page.css'])('no body for a HEAD of "%s"', async (path) => {
    const answer = await opened().get(path, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })

  test('404 for a file that is not there, and the way to the page for a folder', async () => {
    const { get } = opened()
    expect((await get('favicon.ico')).status).toBe(404)
    const answer = await get('javascript:x')
    expect([answer.status, answer.headers.get('location')]).toEqual([308, './javascript:x/'])
  })

  test('503 once the dashboard is closed', async () => {
    const { page, get, post } = opened()
    page.close()
    for (const answer of [await get(''), await get('stream'), await post('lookup', bob)])
      expect(answer.status).toBe(503)
  })
})
