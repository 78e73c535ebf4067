import { StoreError } from '@rl/core'
import { expect, test, vi } from 'vitest'
import { limiterOf } from '../../limiters.ts'
import { key, remaining, type Stage } from '../stage.ts'

export function refunding({ start }: Stage): void {
  test('gives the units of failed requests back', async () => {
    const limiter = limiterOf({})
    const statuses = [500, 404, 200, 503]
    const { get } = await start({ limiter, key, refund: 'failed' }, () => statuses.shift() ?? 0)
    for (const left of [2, 2, 1, 1]) {
      await get()
      await expect.poll(() => remaining(limiter)).toBe(left)
    }
  })

  test('gives the units of a request back whose handler throws, and leaves the error to the framework', async () => {
    const limiter = limiterOf({})
    const boom = new Error('boom')
    const { get, errors } = await start({ limiter, key, refund: 'failed' }, () => {
      throw boom
    })
    expect((await get()).status).toBe(500)
    expect(errors).toEqual([boom])
    await expect.poll(() => remaining(limiter)).toBe(2)
  })

  test('gives the units of successful requests back', async () => {
    const limiter = limiterOf({})
    const statuses = [200, 302, 400]
    const { get } = await start({ limiter, key, refund: 'successful' }, () => statuses.shift() ?? 0)
    for (const left of [2, 2, 1]) {
      await get()
      await expect.poll(() => remaining(limiter)).toBe(left)
    }
  })

  test('gives units back to all limiters when a function of response and request says so', async () => {
    const limiters = [limiterOf({ name: 'first' }), limiterOf({ name: 'second' })]
    const { get } = await start({
      limiters,
      key,
      refund: async ({ status }, request) => status === 200 && request.header('x-cached') === 'yes',
    })
    await get('ann')
    await get('ann', { 'x-cached': 'yes' })
    await expect.poll(() => Promise.all(limiters.map(remaining))).toEqual([1, 1])
  })

  test('gives nothing back for denied requests', async () => {
    const limiter = limiterOf({ limit: 1 })
    const { get } = await start({ limiter, key, refund: 'failed' })
    await get()
    expect((await get()).status).toBe(429)
    expect((await get()).status).toBe(429)
  })

  test('reports a refund that failed, and answers all the same', async () => {
    const limiter = limiterOf({})
    const error = new StoreError('the store is down', { outcome: 'unknown' })
    const refund = vi.spyOn(limiter, 'refund').mockRejectedValue(error)
    const onRefundError = vi.fn()
    const { get } = await start({ limiter, key, refund: 'successful', onRefundError })
    expect((await get()).status).toBe(200)
    await expect.poll(() => onRefundError.mock.calls).toEqual([[error]])
    expect(refund).toHaveBeenCalledOnce()
  })
}
