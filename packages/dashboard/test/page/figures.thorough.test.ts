import { describe, expect, test } from 'vitest'
import { lookUp, openStreams, usePages } from './fixture.ts'
import { sampleSnapshot } from './samples.ts'

const pages = usePages()

describe('figures', () => {
  test('are those of the snapshot: totals, rates, store, process', async () => {
    const page = await pages.open()
    const api = page.locator('[data-limiter=api]')
    await expect.poll(() => api.locator('[data-total]').allTextContents()).toEqual(['238,000', '14,812', '0'])
    expect(await api.locator('dd b').allTextContents()).toEqual(['72', '0.4', '0'])
    expect(await api.textContent()).toContain('100 per minute')
    expect(await page.getByText('Rates: this process').textContent()).toContain('(web-1, pid 4123), since ')
    expect(await page.locator('.state').allTextContents()).toEqual(['Live', 'Breaker closed'])
    expect(await page.locator('[data-store] dd').allTextContents()).toEqual([
      '0.8 ms',
      '3.4 ms',
      '11 ms',
      '3.4',
      '5,230',
      '0',
    ])
  })

  test('move with each snapshot, also when the breaker opens', async () => {
    const page = await pages.open()
    await page.getByText('238,000').waitFor()
    const { limiters, stores, ...rest } = sampleSnapshot()
    pages.server.script.snapshot = {
      ...rest,
      second: rest.second + 1,
      limiters: limiters.map((each) => ({ ...each, total: { admitted: 7, denied: 8, failed: 9 } })),
      stores: stores.map((each) => ({ ...each, breaker: 'open' })),
    }
    pages.server.tick()
    await expect.poll(() => page.locator('[data-limiter=api] [data-total]').allTextContents()).toEqual(['7', '8', '9'])
    expect(await page.locator('[data-store] .state').textContent()).toBe('Breaker open')
  })

  test('where requests are apart only look-ups are shown, and no stream stays open', async () => {
    const { second, left } = sampleSnapshot()
    pages.server.script.snapshot = { second, deniedMost: 'off', left, limiters: [], stores: [] }
    pages.server.script.limiters = pages.server.script.limiters.map(({ past, ...each }) => each)
    const page = await pages.open()
    await page.getByText('This runtime keeps requests apart').waitFor()
    await lookUp(page, 'user_1')
    await page.locator('.verdict', { hasText: 'The next call would be admitted.' }).waitFor()
    expect([await page.locator('[data-limiter]').count(), pages.server.streams()]).toEqual([0, 1])
    await expect.poll(() => openStreams(pages.server)).toBe(0)
    expect(pages.server.requests).not.toContain('POST /limits/denied')
  })
})
