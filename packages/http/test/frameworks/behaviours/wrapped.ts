import type { RateLimiter } from '@rl/core'
import { shadow } from '@rl/core/shadow'
import { waitQueue } from '@rl/core/wait-queue'
import { expect, onTestFinished, test, vi } from 'vitest'
import { draft6, draft10, legacy } from '../../../src/fields/index.ts'
import { banAfter, isBanned, type RateLimitResult } from '../../../src/index.ts'
import { limiterOf } from '../../limiters.ts'
import { type Handle, key, remaining, type Stage } from '../stage.ts'

const HOUR_MS = 3_600_000

export function wrappedLimiters({ start }: Stage): void {
  test.each([{ headers: draft10 }, { headers: [draft6, legacy] }])(
    'a shadow admits what the candidate denies, and says nothing of it',
    async ({ headers }) => {
      const onDenied = vi.fn()
      const { get } = await start({ limiter: shadow(limiterOf({ limit: 1 }), { onDenied }), key, headers })
      for (let i = 0; i < 2; i++) {
        const { status, fields } = await get()
        expect([status, fields]).toEqual([200, {}])
      }
      await expect.poll(() => onDenied.mock.calls.length).toBe(1)
    },
  )

  test('another limiter beside a shadow shows in the fields, and its denial gives the candidate’s units back', async () => {
    const candidate = limiterOf({ name: 'candidate', limit: 5 })
    const { get } = await start({ limiters: [shadow(candidate), limiterOf({ limit: 1 })], key })
    const fields = { 'ratelimit-policy': '"api";q=1;w=10', ratelimit: '"api";r=0;t=4' }
    const admitted = await get()
    expect([admitted.status, admitted.fields]).toEqual([200, fields])
    expect(await get()).toMatchObject({ status: 429, fields: { 'retry-after': '4' } })
    await expect.poll(() => remaining(candidate)).toBe(4)
  })

  test('a wait queue admits a request once there is room, and denies one that may not wait', async () => {
    const inner = limiterOf({ limit: 1, window: '1h' })
    const queue = waitQueue(inner, { maxWaitMs: 2 * HOUR_MS, maxWaiting: 1 })
    onTestFinished(() => queue.drain())
    const { get } = await start({ limiter: queue, key })
    const held = await queue.limit('ann')
    const asked = vi.spyOn(inner, 'limit')
    const waiting = get()
    await expect.poll(() => asked.mock.calls.length).toBe(1)

    const denied = await get()
    expect([denied.status, denied.fields]).toEqual([
      429,
      {
        'ratelimit-policy': '"api";q=1;w=3600',
        ratelimit: expect.stringMatching(/^"api";r=0;t=\d+$/),
        'retry-after': expect.stringMatching(/^\d+$/),
      },
    ])
    await queue.refund(held)
    expect(await waiting).toMatchObject({ status: 200, fields: { 'ratelimit-policy': '"api";q=1;w=3600' } })
  })

  test('a ban denies a key that was denied too often, and asks the limiter no more until it ends', async () => {
    const inner = limiterOf({ limit: 1 })
    const denials = limiterOf({ name: 'denials', limit: 2, window: '1m' })
    const denied = ({ decision }: RateLimitResult) => ({ status: isBanned(decision) ? 403 : 429, body: 'no' })
    const { get } = await start({ limiter: banAfter(inner, denials), key, denied })
    const status = async (user?: string) => (await get(user)).status
    expect([await status(), await status(), await status()]).toEqual([200, 429, 429])
    await inner.reset('ann')
    const asked = [vi.spyOn(inner, 'limit'), vi.spyOn(inner, 'peek')]
    const banned = await get()
    const fields = { 'ratelimit-policy': '"api";q=1;w=10', ratelimit: '"api";r=0;t=34', 'retry-after': '34' }
    expect([banned.status, banned.fields]).toEqual([403, fields])
    for (const spy of asked) expect(spy).not.toHaveBeenCalled()
    expect(await status('bob')).toBe(200)
    await denials.reset('ann')
    expect(await status()).toBe(200)
  })

  const wrappers: readonly (readonly [string, (inner: RateLimiter) => RateLimiter])[] = [
    ['a shadow', (inner) => shadow(inner)],
    ['a wait queue', (inner) => waitQueue(inner, { maxWaitMs: 0 })],
    ['a ban', (inner) => banAfter(inner, limiterOf({ name: 'denials' }))],
  ]
  test.each(wrappers)('%s refunds and settles with its limiter', async (_, wrap) => {
    const inner = limiterOf({ limit: 9 })
    const limiter = wrap(inner)
    await (await start({ limiter, key, refund: 'failed' }, () => 500)).get()
    await expect.poll(() => remaining(inner)).toBe(9)
    await (await start({ limiter, key }, settling(limiter, 4))).get()
    await expect.poll(() => remaining(inner)).toBe(5)
  })
}

/** A handler that learns what its request costs. */
function settling(limiter: RateLimiter, actual: number): Handle {
  return (_, result) => {
    if (result === undefined) return 500
    limiter.settle(result.decision, actual).catch((error: unknown) => console.error(error))
    return 200
  }
}
