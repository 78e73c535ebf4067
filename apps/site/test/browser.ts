import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { CHROMIUM_FLAGS, ensureChromium } from '@rl/test-servers'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** Git ignores it. */
const SCREENSHOTS = join(import.meta.dirname, '../../../.ci/screenshots')

/** Pages of a server in a real browser. A test fails for what its pages must not do. */
export interface Pages {
  open(path: string, options?: BrowserContextOptions): Promise<Page>
}

/**
 * @param start The server of all tests of a file.
 * @param startMs How long its start may take.
 */
export function usePages(
  start: () => Promise<{ readonly url: string; close(): Promise<void> }>,
  startMs: number = 120_000,
): Pages {
  let browser: Browser
  let server: Awaited<ReturnType<typeof start>>
  let opened: Page[] = []
  let faults: string[] = []
  beforeAll(async () => {
    server = await start()
    browser = await chromium.launch({ executablePath: await ensureChromium(), args: [...CHROMIUM_FLAGS] })
  }, startMs)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })
  afterEach(async () => {
    for (const page of opened) await page.context().close()
    const found = faults
    opened = []
    faults = []
    expect(found).toEqual([])
  })
  return {
    open: async (path, options = {}) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
      opened.push(page)
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
      })
      page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
          faults.push(`outside: ${request.url()}`)
      })
      await page.goto(server.url + path)
      return page
    },
  }
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
