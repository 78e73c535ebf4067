import { faultsOf, launchBrowser } from '@rl/test-servers/browser'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'

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
  let faults: (readonly string[])[] = []
  beforeAll(async () => {
    server = await start()
    browser = await launchBrowser()
  }, startMs)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })
  afterEach(async () => {
    for (const page of opened) await page.context().close()
    const found = faults.flat()
    opened = []
    faults = []
    expect(found).toEqual([])
  })
  return {
    open: async (path, options = {}) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
      opened.push(page)
      faults.push(faultsOf(page, (url) => /^(data|blob):/.test(url) || url.startsWith(server.url)))
      await page.goto(server.url + path)
      return page
    },
  }
}
