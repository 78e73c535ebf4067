import { calendar } from '@rl/core/calendar'
import { expect, test, vi } from 'vitest'
import { limiterOf } from '../../limiters.ts'
import { key, remaining, type Stage } from '../stage.ts'

export function admitting({ start }: Stage): void {
  test('admits up to the limit, and stops what is beyond before it reaches the handler', async () => {
    const handle = vi.fn(() => 200)
    const { get } = await start({ limiter: limiterOf({}), key }, handle)
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await get()).status))
    expect(statuses.sort()).toEqual([200, 200, 429, 429, 429])
    expect(handle).toHaveBeenCalledTimes(2)
    expect((await get('someone-else')).status).toBe(200)
  })

  test('tells the policy and what is left of it', async () => {
    const { get } = await start({ limiter: limiterOf({}), key })
    expect((await get()).fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', ratelimit: '"api";r=1;t=4' })
  })

  test('hands the decision to the handler', async () => {
    const { get } = await start({ limiter: limiterOf({ limit: 7 }), key })
    expect(JSON.parse((await get()).body)).toEqual([6])
  })

  test('calls its functions with the request, also asynchronous ones', async () => {
    const { get } = await start({
      limiter: limiterOf({}),
      key: async (request) => key(request),
      cost: async (request) => Number(request.header('x-cost') ?? 1),
      limit: async (request) => (request.header('x-user') === 'pro' ? 100 : undefined),
      skip: async (request) => request.header('x-user') === 'admin',
    })
    expect((await get('ann', { 'x-cost': '2' })).fields.ratelimit).toBe('"api";r=0;t=4')
    expect((await get('pro', { 'x-cost': '2' })).fields.ratelimit).toBe('"api";r=98;t=4')
    expect((await get('bob')).fields.ratelimit).toBe('"api";r=1;t=4')
  })

  test('asks the limiter that is picked for a request, with another window', async () => {
    const free = limiterOf({ name: 'free' })
    const paid = limiterOf({ name: 'paid', limit: 100, window: '1m' })
    const { get } = await start({ limiter: (request) => (request.header('x-user') === 'pro' ? paid : free), key })
    expect((await get('ann')).fields).toEqual({ 'ratelimit-policy': '"free";q=2;w=10', ratelimit: '"free";r=1;t=4' })
    expect((await get('pro')).fields).toEqual({
      'ratelimit-policy': '"paid";q=100;w=60',
      ratelimit: '"paid";r=99;t=34',
    })
  })

  test('takes the calendar of a request', async () => {
    const limiter = limiterOf({ window: calendar('month') })
    const { get } = await start({
      limiter,
      key,
      calendar: (request) => calendar('month', { day: Number(request.header('x-billing-day')) }),
    })
    const { fields } = await get('ann', { 'x-billing-day': '20' })
    expect(fields['ratelimit-policy']).toBe('"api";q=2')
    expect(await limiter.peek('ann')).toMatchObject({ remaining: 1, resetAt: Date.UTC(2023, 10, 20) })
  })

  test('lets skipped requests pass uncounted and without fields', async () => {
    const limiter = limiterOf({})
    const { get } = await start({ limiter, key, skip: () => true })
    const { status, body, fields } = await get()
    expect([status, JSON.parse(body), fields]).toEqual([200, [], {}])
    expect(await remaining(limiter)).toBe(2)
  })
}
