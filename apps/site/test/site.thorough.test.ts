import { accessibilityFindings, keepScreenshot } from '@rl/test-servers/browser'
import { expect, test } from 'vitest'
import { usePages } from './browser.ts'
import { buildSite, deadLinks, serveSite } from './site-server.ts'

// A busy machine takes minutes to build it.
const BUILD_MS = 600_000
const pages = usePages(async () => {
  await buildSite()
  return serveSite()
}, BUILD_MS)

test('no link of the site and the API reference is dead, nor leads to a heading that is not there', () => {
  expect(deadLinks()).toEqual([])
})

test.each([
  ['light', 1280],
  ['dark', 375],
] as const)('first comes the playground, in %s at a width of %d, and it runs', async (colorScheme, width) => {
  const page = await pages.open('', { colorScheme, viewport: { width, height: 800 } })
  await page.locator('tr[data-entry="3"]').waitFor()
  expect(await serious(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  await keepScreenshot(page, `site-home-${colorScheme}-${width}`)
})

test.each([
  ['light', 1280],
  ['dark', 375],
] as const)('a page of the docs, in %s at a width of %d', async (colorScheme, width) => {
  const page = await pages.open('semantics.html', { colorScheme, viewport: { width, height: 800 } })
  await page.getByRole('heading', { name: 'Calendar windows' }).waitFor()
  expect(await serious(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  await keepScreenshot(page, `site-docs-${colorScheme}-${width}`, false)
})

test('the search finds a page, and asks nobody', async () => {
  const page = await pages.open('quick-start.html')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('settle')
  await page.getByRole('option').first().waitFor()
  await page.getByRole('option').first().click()
  await expect.poll(() => page.locator('main').textContent()).toContain('ettle')
})

test('the API reference names what is exported', async () => {
  const page = await pages.open('api/index.html')
  await page.getByRole('link', { name: '@rl/core/calendar' }).first().click()
  await page.getByRole('link', { name: 'calendar', exact: true }).first().click()
  await expect.poll(() => page.locator('body').textContent()).toContain('A window that is a period of a civil calendar')
  await keepScreenshot(page, 'site-api')
})

/** The theme is not ours: what is less than serious stays, and that its search shows its key beside its name. */
async function serious(page: Parameters<typeof accessibilityFindings>[0]): Promise<readonly string[]> {
  const findings = await accessibilityFindings(page)
  return findings.filter((finding) => /^(serious|critical) /.test(finding) && !finding.includes('DocSearch-Button'))
}
