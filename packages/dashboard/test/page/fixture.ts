import { launchBrowser } from '@rl/test-servers/browser'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { openPage, type WatchedPage } from './browser.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { sampleScript } from './samples.ts'

/** Shared by the tests of a file: a browser, and for each test a page of a server that says what the test wants. */
export interface Fixture {
  readonly server: FakeServer
  /** Messages that a test means to cause. Any other error, or request to another server, fails the test that caused it. */
  expectedFaults: RegExp | undefined
  open(options?: BrowserContextOptions, prepare?: (page: Page) => Promise<void>): Promise<Page>
}

export function usePages(): Fixture {
  let browser: Browser
  let server: FakeServer
  let opened: WatchedPage | undefined
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    server = await startFakeServer(sampleScript())
    fixture.expectedFaults = undefined
  })
  afterEach(async () => {
    await opened?.page.context().close()
    await server.close()
    const faults = opened?.faults.filter((fault) => fixture.expectedFaults?.test(fault) !== true)
    opened = undefined
    expect(faults).toEqual([])
  })
  const fixture: Fixture = {
    get server() {
      return server
    },
    expectedFaults: undefined,
    open: async (options, prepare) => {
      opened = await openPage(browser, server.url, options, prepare)
      return opened.page
    },
  }
  return fixture
}

/** Streams that are open after each has been sent something: a silent one would be given up. */
export function openStreams(server: FakeServer): number {
  server.tick()
  return server.openStreams()
}

/** Types an identifier and asks for it. */
export async function lookUp(page: Page, id: string): Promise<void> {
  await page.getByLabel('Identifier', { exact: true }).fill(id)
  await page.getByRole('button', { name: 'Look up' }).click()
}
