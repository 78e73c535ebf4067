import type { RateLimiter } from '@rl/core'
import { shadow } from '@rl/core/shadow'
import { waitQueue } from '@rl/core/wait-queue'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { draft6, draft10, legacy } from '../src/fields/index.ts'
import { frameworks } from './frameworks/all.ts'
import type { AppOptions, Handle, SeenRequest } from './frameworks/app.ts'
import { limiterOf } from './limiters.ts'

const key = (request: SeenRequest): string => request.header('x-user') ?? ''
const HOUR_MS = 3_600_000

describe.each(frameworks)('%s', (_, start) => {
  async function startApp(options: AppOptions, handle: Handle = () => 200): Promise<string> {
    const app = await start([options], handle)
    onTestFinished(() => app.stop())
    return app.url
  }

  describe('with a limiter in shadow', () => {
    test.each([{ headers: draft10 }, { headers: [draft6, legacy] }])(
      'admits what the candidate denies, and says nothing of it',
      async ({ headers }) => {
        const candidate = limiterOf({ limit: 1 })
        const onDenied = vi.fn()
        const url = await startApp({ limiter: shadow(candidate, { onDenied }), key, headers })
        for (let i = 0; i < 2; i++) expect(await get(url)).toEqual({ status: 200, fields: {} })
        await expect.poll(() => onDenied.mock.calls.length).toBe(1)
      },
    )

    test('tells of another limiter beside it, whose denial gives the candidate’s units back', async () => {
      const candidate = limiterOf({ name: 'candidate', limit: 5 })
      const url = await startApp({ limiters: [shadow(candidate), limiterOf({ limit: 1 })], key })
      const policy = '"api";q=1;w=10'
      expect(await get(url)).toEqual({
        status: 200,
        fields: { 'ratelimit-policy': policy, ratelimit: '"api";r=0;t=4' },
      })
      expect(await get(url)).toMatchObject({ status: 429, fields: { 'retry-after': '4' } })
      await expect.poll(() => remaining(candidate)).toBe(4)
    })

    test('refunds and settles with the candidate', async () => {
      const candidate = limiterOf({ limit: 9 })
      const limiter = shadow(candidate)
      const failing = await startApp({ limiter, key, refund: 'failed' }, () => 500)
      await get(failing)
      await expect.poll(() => remaining(candidate)).toBe(9)
      await get(await startApp({ limiter, key }, settling(limiter, 4)))
      await expect.poll(() => remaining(candidate)).toBe(5)
    })
  })

  describe('with a wait queue', () => {
    test('admits a request once there is room, and denies one that may not wait', async () => {
      const inner = limiterOf({ limit: 1, window: '1h' })
      const queue = waitQueue(inner, { maxWaitMs: 2 * HOUR_MS, maxWaiting: 1 })
      onTestFinished(() => queue.drain())
      const url = await startApp({ limiter: queue, key })
      const held = await queue.limit('ann')
      const asked = vi.spyOn(inner, 'limit')
      const waiting = get(url)
      await expect.poll(() => asked.mock.calls.length).toBe(1)

      const denied = await get(url)
      expect(denied).toEqual({
        status: 429,
        fields: {
          'ratelimit-policy': '"api";q=1;w=3600',
          ratelimit: expect.stringMatching(/^"api";r=0;t=\d+$/),
          'retry-after': expect.stringMatching(/^\d+$/),
        },
      })
      await queue.refund(held)
      expect(await waiting).toMatchObject({ status: 200, fields: { 'ratelimit-policy': '"api";q=1;w=3600' } })
    })

    test('refunds and settles with the limiter', async () => {
      const inner = limiterOf({ limit: 9 })
      const limiter = waitQueue(inner, { maxWaitMs: 0 })
      const failing = await startApp({ limiter, key, refund: 'failed' }, () => 500)
      await get(failing)
      await expect.poll(() => remaining(inner)).toBe(9)
      await get(await startApp({ limiter, key }, settling(limiter, 4)))
      await expect.poll(() => remaining(inner)).toBe(5)
    })
  })
})

/** A handler that learns what its request costs. */
function settling(limiter: RateLimiter, actual: number): Handle {
  return (_, result) => {
    if (result === undefined) return 500
    limiter.settle(result.decision, actual).catch((error: unknown) => console.error(error))
    return 200
  }
}

async function get(url: string): Promise<{ status: number; fields: Record<string, string> }> {
  const { status, headers } = await fetch(url, { headers: { 'x-user': 'ann' } })
  return { status, fields: Object.fromEntries([...headers].filter(([name]) => /ratelimit|retry-after/.test(name))) }
}

async function remaining(limiter: RateLimiter): Promise<number | undefined> {
  const decision = await limiter.peek('ann')
  return decision.source === 'failure-policy' ? undefined : decision.remaining
}
