import { expect, test } from 'vitest'
import { DenialError, throwDenial } from '../../../src/index.ts'
import { limiterOf } from '../../limiters.ts'
import { key, type Stage } from '../stage.ts'

export function denying({ start }: Stage): void {
  test('answers a denial with problem details and when to come back', async () => {
    const { get } = await start({ limiter: limiterOf({ limit: 1 }), key })
    await get()
    const { status, type, body, fields } = await get()
    expect([status, type]).toEqual([429, 'application/problem+json'])
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
    const { get } = await start({ limiter: limiterOf({}), key, cost: 3 })
    const { status, fields } = await get()
    expect(status).toBe(429)
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', ratelimit: '"api";r=2;t=4' })
  })

  test('sends no fields but Retry-After if told so', async () => {
    const { get } = await start({ limiter: limiterOf({ limit: 1 }), key, headers: false })
    expect((await get()).fields).toEqual({})
    expect((await get()).fields).toEqual({ 'retry-after': '4' })
  })

  test('answers a denial as the application wants it, with the same fields', async () => {
    const { get } = await start({
      limiter: limiterOf({ limit: 0 }),
      key,
      denied: ({ allowed, decision }) => ({
        status: 418,
        body: `${allowed} ${decision.cost} ${decision.retryAfterMs}`,
      }),
    })
    const { status, body, fields } = await get()
    expect([status, body]).toEqual([418, 'false 1 Infinity'])
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=0;w=10', ratelimit: '"api";r=0;t=4' })
  })

  test('leaves a denial to the framework’s error handling if told so', async () => {
    const { get, errors } = await start({ limiter: limiterOf({ limit: 1 }), key, denied: throwDenial })
    await get()
    expect(await get()).toMatchObject({ status: 500, body: 'error' })
    const headers = { 'Retry-After': '4' }
    expect(errors).toEqual([expect.any(DenialError)])
    expect(errors).toMatchObject([{ status: 429, statusCode: 429, expose: true, headers }])
  })
}
