import { describe, expect, test } from 'vitest'
import { openStreams, usePages } from './fixture.ts'
import { sampleSnapshot } from './samples.ts'

const pages = usePages()

describe('the stream', () => {
  test.each([
    [401, 'You are not signed in.'],
    [403, 'You are not permitted to do this.'],
  ])('refused with %d: says why, and tries again only when asked', async (status, text) => {
    pages.server.script.refusal = { status, body: {} }
    pages.expectedFaults = new RegExp(`${status}`)
    const page = await pages.open()
    await page.locator('.notice').getByText(text).waitFor()
    await expect.poll(() => page.getByRole('status').textContent()).toContain(text)
    expect(await page.getByText('Trying again in').count()).toBe(0)
    pages.server.script.refusal = undefined
    await page.getByRole('button', { name: 'Try again now' }).click()
    await page.getByText('Live', { exact: true }).first().waitFor()
    expect(pages.server.streams()).toBe(2)
  })

  test('refused with 503: says why and when, and tries again by itself', async () => {
    pages.server.script.refusal = {
      status: 503,
      body: { error: { code: 'unavailable', message: '20 pages are open.' } },
    }
    pages.expectedFaults = /503/
    const page = await pages.open()
    await page.locator('.notice').getByText('20 pages are open.').waitFor()
    await page.getByText(/Trying again in \d+ s/).waitFor()
    pages.server.script.refusal = undefined
    await page.getByText('238,000').waitFor()
    await page.locator('.notice').getByText('20 pages are open.').waitFor({ state: 'detached' })
  })

  test('that ends is opened again; another process begins new graphs, and that is announced', async () => {
    const page = await pages.open()
    await page.getByText('238,000').waitFor()
    const { limiters, ...rest } = sampleSnapshot()
    pages.server.script.limiters = pages.server.script.limiters.slice(0, 1).map(({ past, ...each }) => ({
      ...each,
      past: { until: rest.second - 1, admitted: [], denied: [], failed: [] },
    }))
    const total = { admitted: 5, denied: 0, failed: 0 }
    pages.server.script.snapshot = {
      ...rest,
      limiters: limiters.slice(0, 1).map((each) => ({ ...each, lastSecond: total, total })),
      process: { graph: 'two', host: 'web-2', pid: 77, since: rest.second * 1000 },
    }
    await page.evaluate(
      'notices = 0; new MutationObserver(() => { notices += document.querySelectorAll(".notice").length })' +
        '.observe(document.body, { childList: true, subtree: true })',
    )
    pages.server.cut()
    await page.getByText('(web-2, pid 77)').waitFor()
    expect(await page.locator('[data-limiter=api] dd b').allTextContents()).toEqual(['5', '0', '0'])
    expect(await page.locator('[data-limiter]').count()).toBe(1)
    await expect.poll(() => page.getByRole('status').textContent()).toContain('Another process answers now.')
    expect(await page.evaluate('notices')).toBe(0) // nothing is wrong when a stream ends
  })

  test('that says nothing for ten seconds is given up', async () => {
    const page = await pages.open({}, (page) => page.clock.install())
    await page.getByText('238,000').waitFor()
    await page.clock.fastForward(10_001)
    await page
      .locator('.notice')
      .getByText('The server does not answer. The figures are the last ones that came.')
      .waitFor()
    await page.clock.fastForward(1000)
    await expect.poll(() => pages.server.streams()).toBe(2)
  })

  test('is closed while the page is hidden, and opened when it is seen again', async () => {
    const page = await pages.open()
    await page.getByText('238,000').waitFor()
    expect(pages.server.openStreams()).toBe(1)
    const show = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });` +
          "document.dispatchEvent(new Event('visibilitychange'))",
      )
    await show('hidden')
    await expect.poll(() => openStreams(pages.server)).toBe(0)
    await show('visible')
    await expect.poll(() => pages.server.openStreams()).toBe(1)
    expect(pages.server.streams()).toBe(2)
  })

  test('that answers with a page to sign in says so', async () => {
    pages.server.script.refusal = { status: 200, body: 'Sign in' }
    const page = await pages.open()
    await page.locator('.notice').getByText('The server answered with another page.').waitFor()
  })
})
