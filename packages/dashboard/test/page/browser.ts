import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CHROMIUM_FLAGS, ensureChromium } from '@rl/test-servers'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Git ignores it. */
const SCREENSHOTS = fileURLToPath(new URL('../../../../.ci/screenshots/', import.meta.url))

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_FLAGS] })
}

/** A page, and what it did that it must not. */
export interface WatchedPage {
  readonly page: Page
  /** Errors and warnings on the console, errors that nobody caught, requests to other servers. */
  readonly faults: readonly string[]
}

/** @param prepare runs before the page is loaded. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<void>,
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options })
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      faults.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL('/', url).href)) faults.push(`outside: ${request.url()}`)
  })
  await prepare?.(page)
  await page.goto(url)
  return { page, faults }
}

/** The violations that axe finds in the page as it is now, of any weight. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
  }
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html}\n${failureSummary}`),
  )
}

/** Kept for people to look at. */
export async function keepScreenshot(page: Page, name: string, fullPage = true): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}dashboard-${name}.png`, fullPage })
}
