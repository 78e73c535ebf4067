import { accessibilityFindings, keepScreenshot } from '@rl/test-servers/browser'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { lookUp, usePages } from './fixture.ts'
import { laterSnapshot } from './samples.ts'

const pages = usePages()

test.each([
  ['light', 1280],
  ['light', 375],
  ['dark', 1280],
  ['dark', 375],
] as const)('in %s at a width of %d it looks as it is meant to, and axe finds nothing', async (colorScheme, width) => {
  const page = await pages.open({ colorScheme, viewport: { width, height: 800 } })
  await lookUp(page, 'tenant_4471')
  await page.locator('.verdict', { hasText: 'would be admitted' }).waitFor()
  for (let seconds = 1; seconds < 120; seconds++) {
    pages.server.script.snapshot = laterSnapshot(seconds)
    pages.server.tick()
  }
  await page.getByText('3.7 ms').waitFor()
  await keepScreenshot(page, `dashboard-${colorScheme}-${width}`)
  expect(await accessibilityFindings(page)).toEqual([])
})

test('axe finds nothing in a question', async () => {
  const page = await pages.open()
  await lookUp(page, 'tenant_4471')
  await page.getByRole('button', { name: 'Reset' }).click()
  await page.getByRole('dialog', { name: 'Reset this identifier?' }).waitFor()
  expect(await accessibilityFindings(page)).toEqual([])
  await keepScreenshot(page, 'dashboard-question', false)
})

test('axe finds nothing where the page is refused', async () => {
  pages.server.script.refusal = { status: 403, body: {} }
  pages.expectedFaults = /403/
  const page = await pages.open({ colorScheme: 'dark' })
  await page.getByRole('button', { name: 'Try again now' }).waitFor()
  expect(await accessibilityFindings(page)).toEqual([])
  await keepScreenshot(page, 'dashboard-refused', false)
})

test('by keyboard alone: to the look-up, an identifier, a reset', async () => {
  const page = await pages.open()
  await page.getByText('238,000').waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Look-up')
  await page.keyboard.press('Enter')
  await tabTo(page, 'INPUT')
  await page.keyboard.type('user_1')
  await page.keyboard.press('Enter')
  await page.locator('[data-used]').waitFor()
  await tabTo(page, 'Reset')
  await page.keyboard.press('Space')
  await page.getByRole('dialog', { name: 'Reset this identifier?' }).waitFor()
  await tabTo(page, 'Reset')
  await page.keyboard.press('Enter')
  await expect.poll(() => page.getByRole('status').textContent()).toContain('Reset: all its windows are empty.')
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Reset')
})

/** Presses Tab until what has the focus is of this kind or says this; each stop must be seen. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const [kind, text, outline] = (await page.evaluate(
      '[document.activeElement.tagName, document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle]',
    )) as readonly string[]
    expect([kind, text, outline]).toEqual([kind, text, expect.not.stringMatching('none')])
    if (kind === wanted || text === wanted) return
  }
  throw new Error(`no way to ${wanted} by Tab`)
}

test('on a phone, what is picked from the list below comes into view', async () => {
  const page = await pages.open({ viewport: { width: 375, height: 400 } })
  await page.locator('.denied-most button').last().click()
  await page.locator('[data-used]').waitFor()
  await expect
    .poll(() => page.evaluate("Math.round(document.querySelector('.standing').getBoundingClientRect().top) >= 0"))
    .toBe(true)
})

test.each([320, 375])('a phone of %d pixels needs no scrolling to the side, whatever the names', async (width) => {
  const long = 'x'.repeat(128)
  pages.server.script.limiters = pages.server.script.limiters.map((each) => ({ ...each, store: long }))
  pages.server.script.answers.denied = () => ({
    body: {
      shown: 'plain',
      identifiers: [{ limiter: 'api', id: 'y'.repeat(128), count: 2 ** 53 - 1, error: 2 ** 52 }],
      othersAtMost: 0,
    },
  })
  const page = await pages.open({ viewport: { width, height: 640 } })
  await lookUp(page, long)
  await page.locator('[data-used]').waitFor()
  await page.locator('.denied-most .count').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  await keepScreenshot(page, `dashboard-${width}-long`)
})

test.each([
  ['reduce', '0s'],
  ['no-preference', '0.35s'],
] as const)('with motion %s, windows fill within %s', async (reducedMotion, duration) => {
  const page = await pages.open({ reducedMotion })
  await lookUp(page, 'user_1')
  await page.locator('[data-used]').waitFor()
  expect(await page.evaluate("getComputedStyle(document.querySelector('.meter i')).transitionDuration")).toBe(duration)
})
