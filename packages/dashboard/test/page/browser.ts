import { faultsOf } from '@rl/test-servers/browser'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

/** A page, and what it did that it must not. */
export interface WatchedPage {
  readonly page: Page
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
  const own = new URL('/', url).href
  const faults = faultsOf(page, (requested) => requested.startsWith(own))
  await prepare?.(page)
  await page.goto(url)
  return { page, faults }
}
