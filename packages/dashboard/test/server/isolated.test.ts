import { afterEach, expect, test, vi } from 'vitest'
import { limiterOf, opened } from './support.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

test('where requests are isolated, only what the store says is shown, and no stream is kept open', async () => {
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
  const limiter = limiterOf()
  const { stream, post } = opened({ limiters: [limiter], deniedMost: 'plain' })
  for (let call = 0; call < 7; call++) await limiter.limit('bob')
  for (let nth = 0; nth < 25; nth++) {
    const reader = await stream()
    expect(await reader.next('limiter')).toEqual({
      name: 'api',
      store: 'memory',
      windows: [{ limit: 5, length: '1d', anchor: 'first-hit' }],
    })
    const snapshot = await reader.next('snapshot')
    expect(snapshot).toMatchObject({ limiters: [], stores: [], deniedMost: 'off' })
    expect(snapshot).not.toHaveProperty('process')
    expect(await reader.next('snapshot')).toBeUndefined()
  }
  expect((await post('denied', {})).status).toBe(404)
  expect((await post('lookup', { limiter: 'api', id: 'bob' })).body).toMatchObject({ windows: [{ used: 5 }] })
})
