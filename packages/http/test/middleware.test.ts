import { OptionError, type RateLimiter, StoreError } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { parseList } from 'structured-headers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { draft6, draft7, legacy } from '../src/fields/index.ts'
import { frameworks } from './frameworks/all.ts'
import type { App, AppOptions, Handle, SeenRequest } from './frameworks/app.ts'
import { downStore, limiterOf } from './limiters.ts'

const key = (request: SeenRequest): string => request.header('x-user') ?? ''

describe.each(frameworks)('%s', (_, start) => {
  const apps: App[] = []

  async function startApp(middlewares: AppOptions | readonly AppOptions[], handle: Handle = () => 200): Promise<App> {
    const app = await start([middlewares].flat(), handle)
    apps.push(app)
    return app
  }

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()))
  })

  test('admits up to the limit, and stops what is beyond before it reaches the handler', async () => {
    const handle = vi.fn(() => 200)
    const { url } = await startApp({ limiter: limiterOf({}), key }, handle)
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await get(url)).status))
    expect(statuses.sort()).toEqual([200, 200, 429, 429, 429])
    expect(handle).toHaveBeenCalledTimes(2)
    expect((await get(url, 'someone-else')).status).toBe(200)
  })

  test('tells the policy and what is left of it', async () => {
    const { url } = await startApp({ limiter: limiterOf({}), key })
    const { fields } = await get(url)
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', ratelimit: '"api";r=1;t=4' })
  })

  test('answers a denial with problem details and when to come back', async () => {
    const { url } = await startApp({ limiter: limiterOf({ limit: 1 }), key })
    await get(url)
    const { status, type, body, fields } = await get(url)
    expect(status).toBe(429)
    expect(type).toBe('application/problem+json')
    expect(JSON.parse(body)).toEqual({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
      status: 429,
      'violated-policies': ['api'],
    })
    expect(fields).toEqual({
      'ratelimit-policy': '"api";q=1;w=10',
      ratelimit: '"api";r=0;t=4',
      'retry-after': '4',
    })
  })

  test('names no time to come back when the cost can never be admitted', async () => {
    const { url } = await startApp({ limiter: limiterOf({}), key, cost: 3 })
    const { status, fields } = await get(url)
    expect(status).toBe(429)
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', ratelimit: '"api";r=2;t=4' })
  })

  test('hands the decision to the handler', async () => {
    const { url } = await startApp({ limiter: limiterOf({ limit: 7 }), key })
    expect(JSON.parse((await get(url)).body)).toEqual([6])
  })

  test('calls its functions with the request, also asynchronous ones', async () => {
    const { url } = await startApp({
      limiter: limiterOf({}),
      key: async (request) => key(request),
      cost: async (request) => Number(request.header('x-cost') ?? 1),
      limit: async (request) => (request.header('x-user') === 'pro' ? 100 : undefined),
      skip: async (request) => request.header('x-user') === 'admin',
    })
    expect((await get(url, 'ann', { 'x-cost': '2' })).fields.ratelimit).toBe('"api";r=0;t=4')
    expect((await get(url, 'pro', { 'x-cost': '2' })).fields.ratelimit).toBe('"api";r=98;t=4')
    expect((await get(url, 'bob')).fields.ratelimit).toBe('"api";r=1;t=4')
  })

  test('takes the calendar of a request', async () => {
    const limiter = limiterOf({ window: calendar('month') })
    const { url } = await startApp({
      limiter,
      key,
      calendar: (request) => calendar('month', { day: Number(request.header('x-billing-day')) }),
    })
    const { fields } = await get(url, 'ann', { 'x-billing-day': '20' })
    expect(fields['ratelimit-policy']).toBe('"api";q=2')
    expect(await limiter.peek('ann')).toMatchObject({ remaining: 1, resetAt: Date.UTC(2023, 10, 20) })
  })

  test('lets skipped requests pass uncounted and without fields', async () => {
    const limiter = limiterOf({})
    const { url } = await startApp({ limiter, key, skip: (request) => request.header('x-user') === 'admin' })
    const { status, body, fields } = await get(url, 'admin')
    expect([status, JSON.parse(body), fields]).toEqual([200, [], {}])
    expect(await limiter.peek('admin')).toMatchObject({ remaining: 2 })
  })

  test('asks several limiters, each about its own key, and tells of all', async () => {
    const perUser = limiterOf({ name: 'per-user', limit: 5 })
    const perTeam = limiterOf({ name: 'per-team', limit: 9, window: '1m' })
    const team = { limiter: perTeam, key: () => 'team', cost: 2 }
    const { url } = await startApp({ limiters: [perUser, team], key })
    await get(url, 'ann')
    const { body, fields } = await get(url, 'bob')
    expect(fields).toEqual({
      'ratelimit-policy': '"per-user";q=5;w=10, "per-team";q=9;w=60',
      ratelimit: '"per-user";r=4;t=4, "per-team";r=5;t=34',
    })
    expect(JSON.parse(body)).toEqual([4, 5])
  })

  test('gives units back that were taken before another limiter denied', async () => {
    const first = limiterOf({ name: 'first' })
    const second = limiterOf({ name: 'second', limit: 0, window: '1m' })
    const { url } = await startApp({ limiters: [first, second], key })
    const { status, body, fields } = await get(url)
    expect([status, JSON.parse(body)['violated-policies']]).toEqual([429, ['second']])
    expect(fields.ratelimit).toBe('"first";r=2;t=4, "second";r=0;t=34')
    expect(await first.peek('ann')).toMatchObject({ remaining: 2 })
  })

  test('says to wait for the limiters behind the one that denied, too', async () => {
    const first = limiterOf({ name: 'first', limit: 1 })
    const second = limiterOf({ name: 'second', limit: 1, window: '1m' })
    const { url } = await startApp({ limiters: [first, second], key })
    await get(url)
    const { body, fields } = await get(url)
    expect(JSON.parse(body)['violated-policies']).toEqual(['first', 'second'])
    expect(fields['retry-after']).toBe('34')
  })

  test('adds to the fields and the decisions of a middleware before it', async () => {
    const first: AppOptions = { limiter: limiterOf({ name: 'first', limit: 5 }), key }
    const second: AppOptions = { limiter: limiterOf({ name: 'second', limit: 1 }), key }
    const { url } = await startApp([first, second])
    const { body, fields } = await get(url)
    expect(names(fields['ratelimit-policy'])).toEqual(['first', 'second'])
    expect(names(fields.ratelimit)).toEqual(['first', 'second'])
    expect(JSON.parse(body)).toEqual([4, 0])
    const denied = await get(url)
    expect([denied.status, names(denied.fields.ratelimit)]).toEqual([429, ['first', 'second']])
  })

  test('shows the policy closest to its limit where fields have room for one, also over two middlewares', async () => {
    const first: AppOptions = { limiter: limiterOf({ name: 'first', limit: 5 }), key, headers: [draft7, legacy] }
    const second: AppOptions = { limiter: limiterOf({ name: 'second', limit: 3 }), key, headers: [draft7, legacy] }
    const expected = {
      ratelimit: 'limit=3, remaining=2, reset=4',
      'x-ratelimit-limit': '3',
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': '1700000010',
    }
    const { fields } = await get((await startApp([first, second])).url)
    expect(fields).toMatchObject(expected)
    expect(fields['ratelimit-policy']?.split(', ').sort()).toEqual(['3;w=10', '5;w=10'])
    expect((await get((await startApp([second, first])).url, 'bob')).fields).toMatchObject(expected)
  })

  test('sends no fields but Retry-After if told so', async () => {
    const { url } = await startApp({ limiter: limiterOf({ limit: 1 }), key, headers: false })
    expect((await get(url)).fields).toEqual({})
    expect((await get(url)).fields).toEqual({ 'retry-after': '4' })
  })

  test('gives the units of failed requests back', async () => {
    const limiter = limiterOf({})
    const statuses = [500, 404, 200, 503]
    const { url } = await startApp({ limiter, key, refund: 'failed' }, () => statuses.shift() ?? 0)
    for (const left of [2, 2, 1, 1]) {
      await get(url)
      await expect.poll(() => remaining(limiter)).toBe(left)
    }
  })

  test('gives the units of a request back whose handler throws, and leaves the error to the framework', async () => {
    const limiter = limiterOf({})
    const boom = new Error('boom')
    const app = await startApp({ limiter, key, refund: 'failed' }, () => {
      throw boom
    })
    expect((await get(app.url)).status).toBe(500)
    expect(app.errors).toEqual([boom])
    await expect.poll(() => remaining(limiter)).toBe(2)
  })

  test('gives the units of successful requests back', async () => {
    const limiter = limiterOf({})
    const statuses = [200, 302, 400]
    const { url } = await startApp({ limiter, key, refund: 'successful' }, () => statuses.shift() ?? 0)
    for (const left of [2, 2, 1]) {
      await get(url)
      await expect.poll(() => remaining(limiter)).toBe(left)
    }
  })

  test('gives units back to all limiters when a function of response and request says so', async () => {
    const limiters = [limiterOf({ name: 'first' }), limiterOf({ name: 'second' })]
    const { url } = await startApp({
      limiters,
      key,
      refund: async ({ status }, request) => status === 200 && request.header('x-cached') === 'yes',
    })
    await get(url, 'ann')
    await get(url, 'ann', { 'x-cached': 'yes' })
    await expect.poll(() => Promise.all(limiters.map(remaining))).toEqual([1, 1])
  })

  test('gives nothing back for denied requests', async () => {
    const limiter = limiterOf({ limit: 1 })
    const { url } = await startApp({ limiter, key, refund: 'failed' })
    await get(url)
    expect((await get(url)).status).toBe(429)
    expect((await get(url)).status).toBe(429)
  })

  test('reports a refund that failed, and answers all the same', async () => {
    const limiter = limiterOf({})
    const error = new StoreError('the store is down', { outcome: 'unknown' })
    const refund = vi.spyOn(limiter, 'refund').mockRejectedValue(error)
    const onRefundError = vi.fn()
    const { url } = await startApp({ limiter, key, refund: 'successful', onRefundError })
    expect((await get(url)).status).toBe(200)
    await expect.poll(() => onRefundError.mock.calls).toEqual([[error]])
    expect(refund).toHaveBeenCalledOnce()
  })

  test('answers a denial as the application wants it, with the same fields', async () => {
    const { url } = await startApp({
      limiter: limiterOf({ limit: 0 }),
      key,
      denied: ({ allowed, decision }) => ({
        status: 418,
        body: `${allowed} ${decision.cost} ${decision.retryAfterMs}`,
      }),
    })
    const { status, body, fields } = await get(url)
    expect([status, body]).toEqual([418, 'false 1 Infinity'])
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=0;w=10', ratelimit: '"api";r=0;t=4' })
  })

  test('leaves the error of a failing store to the framework, and gives back what was taken before', async () => {
    const before = limiterOf({ name: 'before' })
    const failing = limiterOf({ store: downStore })
    const app = await startApp({ limiters: [before, failing], key })
    const { status, fields } = await get(app.url)
    expect([status, fields]).toEqual([500, {}])
    expect(app.errors).toEqual([expect.any(StoreError)])
    expect(await remaining(before)).toBe(2)
    expect((await get(app.url)).status).toBe(500)
  })

  test('answers 503 for a failing store if told so', async () => {
    const app = await startApp({ limiter: limiterOf({ store: downStore }), key, onStoreError: 'unavailable' })
    const { status, type, body, fields } = await get(app.url)
    expect([status, type, app.errors]).toEqual([503, 'application/problem+json', []])
    expect(JSON.parse(body)).toEqual({ type: 'about:blank', title: 'Service Unavailable', status: 503 })
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', 'retry-after': '1' })
  })

  test('follows the failure policies of its limiters, and makes up no figures', async () => {
    const allowing = limiterOf({ store: downStore, onStoreError: 'allow' })
    const allowed = await get((await startApp({ limiter: allowing, key })).url)
    expect([allowed.status, JSON.parse(allowed.body)]).toEqual([200, ['failure-policy']])
    expect(allowed.fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10' })

    const denying = limiterOf({ store: downStore, onStoreError: 'deny', deadlineMs: 1500 })
    const denied = await get((await startApp({ limiter: denying, key, headers: [draft6, legacy] })).url)
    expect([denied.status, JSON.parse(denied.body).status]).toEqual([503, 503])
    expect(denied.fields).toEqual({ 'ratelimit-policy': '2;w=10', 'retry-after': '2' })
  })

  test.each([
    ['no key', undefined, 'undefined'],
    ['an empty key', '', 'an empty one'],
    ['a number', 7, 'a value of type number'],
    ['null', null, 'null'],
  ])('leaves an error that names the option to the framework when `key` finds %s', async (_, found, received) => {
    const limiter = limiterOf({})
    const handle = vi.fn(() => 200)
    const app = await startApp({ limiters: [limiter, { limiter, key: () => found as string }], key }, handle)
    expect((await get(app.url)).status).toBe(500)
    expect(app.errors).toEqual([expect.any(OptionError)])
    expect(app.errors).toMatchObject([{ option: 'key', message: expect.stringContaining(`received ${received}`) }])
    expect(handle).not.toHaveBeenCalled()
    expect(await remaining(limiter)).toBe(2)
  })

  test('leaves what its functions throw to the framework', async () => {
    const boom = new Error('boom')
    const throwing = () => Promise.reject(boom)
    const limiter = limiterOf({})
    for (const options of [
      { key: throwing },
      { key, cost: throwing },
      { key, limit: throwing },
      { key, calendar: throwing },
      { key, skip: throwing },
    ]) {
      const app = await startApp({ limiter, ...options })
      expect((await get(app.url)).status).toBe(500)
      expect(app.errors).toEqual([boom])
    }
    expect(await remaining(limiter)).toBe(2)
  })
})

interface Answer {
  readonly status: number
  readonly type: string | undefined
  readonly body: string
  /** The fields that tell of limits. */
  readonly fields: Record<string, string>
}

async function get(url: string, user = 'ann', headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(url, { headers: { 'x-user': user, ...headers }, redirect: 'manual' })
  const fields = [...response.headers].filter(([name]) => /ratelimit|retry-after/.test(name))
  return {
    status: response.status,
    type: response.headers.get('content-type')?.split(';')[0], // Fastify adds a charset
    body: await response.text(),
    fields: Object.fromEntries(fields),
  }
}

/** The names of a list's items in alphabetical order: which middleware writes first differs from framework to framework. */
function names(field: string | undefined): readonly unknown[] {
  return parseList(field ?? '')
    .map(([name]) => name)
    .sort()
}

async function remaining(limiter: RateLimiter): Promise<number | undefined> {
  const decision = await limiter.peek('ann')
  return decision.source === 'failure-policy' ? undefined : decision.remaining
}
