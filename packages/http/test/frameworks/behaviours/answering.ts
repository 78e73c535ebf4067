import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { limiterOf } from '../../limiters.ts'
import { key, remaining, type Stage } from '../stage.ts'

/** The middleware must not change an answer that was sent. */
export function answering({ driver, protocol, start }: Stage): void {
  test('lets a streamed answer pass, with the fields before its first byte', async () => {
    const limiter = limiterOf({})
    let leftWhileStreaming: number | undefined
    async function* parts() {
      yield 'one '
      await new Promise(setImmediate)
      leftWhileStreaming = await remaining(limiter)
      yield 'two'
    }
    const { get } = await start({ limiter, key, refund: 'successful' }, () => ({
      status: 200,
      body: Readable.from(parts()),
    }))
    const { status, body, fields } = await get()
    expect([status, body]).toEqual([200, 'one two'])
    expect(fields).toEqual({ 'ratelimit-policy': '"api";q=2;w=10', ratelimit: '"api";r=1;t=4' })
    expect(leftWhileStreaming).toBe(driver.seesSending ? 1 : 2)
    await expect.poll(() => remaining(limiter)).toBe(2)
  })

  if (driver.withoutHead?.includes(protocol)) return

  test('counts HEAD requests, and tells them as much as others', async () => {
    const limiter = limiterOf({ limit: 1 })
    const { get } = await start({ limiter, key })
    const head = () => get('ann', {}, 'HEAD')
    const policy = '"api";q=1;w=10'
    expect(await head()).toMatchObject({ status: 200, body: '', fields: { ratelimit: '"api";r=0;t=4' } })
    expect(await head()).toMatchObject({
      status: 429,
      type: 'application/problem+json',
      body: '',
      fields: { 'ratelimit-policy': policy, ratelimit: '"api";r=0;t=4', 'retry-after': '4' },
    })
  })

  test('gives the units of HEAD requests back', async () => {
    const limiter = limiterOf({})
    const { get } = await start({ limiter, key, refund: 'successful' })
    expect(await get('ann', {}, 'HEAD')).toMatchObject({ status: 200, fields: { ratelimit: '"api";r=1;t=4' } })
    await expect.poll(() => remaining(limiter)).toBe(2)
  })
}
