import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM_FLAGS, ensureChromium } from './chromium.ts'

/** Git ignores it. */
const SCREENSHOTS = join(import.meta.dirname, '../../../.ci/screenshots')

/** A Chromium of this machine, or one that is installed. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_FLAGS] })
}

/**
 * Forbidden events of a page from now on: errors and warnings on the console, errors that nobody caught, requests to
 * other servers.
 *
 * @param isOwn Whether a request's URL is one of the page's own.
 */
export function faultsOf(page: Page, isOwn: (url: string) => boolean): readonly string[] {
  const faults: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      faults.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    if (!isOwn(request.url())) faults.push(`outside: ${request.url()}`)
  })
  return faults
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
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage })
}
