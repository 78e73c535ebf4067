import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accessibilityFindings, keepScreenshot, launchBrowser, openPage, type WatchedPage } from './browser.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { HOSTILE_ID, sampleScript, sampleSnapshot, sampleStanding } from './samples.ts'

let browser: Browser
let server: FakeServer
let watched: WatchedPage | undefined
/** Console messages that a test means to cause. */
let expectedFaults: RegExp | undefined

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  server = await startFakeServer(sampleScript())
  expectedFaults = undefined
})
afterEach(async () => {
  await watched?.page.context().close()
  await server.close()
  const faults = watched?.faults.filter((fault) => expectedFaults?.test(fault) !== true)
  watched = undefined
  expect(faults).toEqual([])
})

async function open(options?: BrowserContextOptions): Promise<Page> {
  watched = await openPage(browser, server.url, options)
  return watched.page
}

async function lookUp(page: Page, id: string): Promise<void> {
  await page.getByLabel('Identifier', { exact: true }).fill(id)
  await page.getByRole('button', { name: 'Look up' }).click()
}

describe('figures', () => {
  test('are those of the snapshot: totals, rates, store, process', async () => {
    const page = await open()
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
    const page = await open()
    await page.getByText('238,000').waitFor()
    const { limiters, stores, ...rest } = sampleSnapshot()
    server.script.snapshot = {
      ...rest,
      second: rest.second + 1,
      limiters: limiters.map((each) => ({ ...each, total: { admitted: 7, denied: 8, failed: 9 } })),
      stores: stores.map((each) => ({ ...each, breaker: 'open' })),
    }
    server.tick()
    await expect.poll(() => page.locator('[data-limiter=api] [data-total]').allTextContents()).toEqual(['7', '8', '9'])
    expect(await page.locator('[data-store] .state').textContent()).toBe('Breaker open')
  })

  test('where requests are apart only look-ups are shown, and no stream stays open', async () => {
    const { second, deniedMost, left } = sampleSnapshot()
    server.script.snapshot = { second, deniedMost: 'off', left, limiters: [], stores: [] }
    server.script.limiters = server.script.limiters.map(({ past, ...each }) => each)
    const page = await open()
    await page.getByText('This runtime keeps requests apart').waitFor()
    await lookUp(page, 'user_1')
    await page.getByText('The next call would be admitted.').waitFor()
    expect([await page.locator('[data-limiter]').count(), server.streams(), deniedMost]).toEqual([0, 1, 'plain'])
  })
})

describe('a look-up', () => {
  test('goes on: what changes at the store changes on the page', async () => {
    const page = await open()
    await lookUp(page, 'user_1')
    await expect.poll(() => page.locator('[data-used]').textContent()).toBe('83')
    server.script.answers.lookup = () => ({ body: sampleStanding(100) })
    await expect.poll(() => page.locator('[data-used]').textContent()).toBe('100')
    expect(await page.locator('.verdict').textContent()).toContain('would be denied')
  })

  test('a window rolls over by itself, before the server says so', async () => {
    let asked = 0
    server.script.answers.lookup = () => (asked++ === 0 ? { body: sampleStanding(83, 900) } : { status: 502, body: {} })
    expectedFaults = /502/
    const page = await open()
    await lookUp(page, 'user_1')
    await page.getByText('a new window has begun').waitFor()
    expect(await page.locator('[data-used]').textContent()).toBe('0')
  })

  test('its identifier is in bodies only: in no address, no storage, no history', async () => {
    const bodies: unknown[] = []
    server.script.answers.lookup = (body) => {
      bodies.push(body)
      return { body: sampleStanding(1) }
    }
    const page = await open()
    await lookUp(page, 'secret_7')
    await page.locator('[data-used]').waitFor()
    expect(bodies[0]).toEqual({ limiter: 'api', id: 'secret_7' })
    expect([...server.requests, page.url()].join()).not.toContain('secret_7')
    const kept =
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie, history.length])'
    expect(await page.evaluate(kept)).toBe('[{},{},null,"",2]')
  })

  test.each([
    [403, 'You are not permitted to do this.'],
    [401, 'You are not signed in.'],
    [429, 'The server takes no more requests at the moment.'],
  ])('says in plain words what status %d means', async (status, text) => {
    server.script.answers.lookup = () => ({ status, body: {} })
    expectedFaults = new RegExp(`${status}`)
    const page = await open()
    await lookUp(page, 'user_1')
    await page.getByText(text).waitFor()
  })
})

describe('an action', () => {
  const ACTIONS = [
    ['Trial call', 'Make the call', 'POST /limits/trial', 'Trial call: admitted, 16 of 100 left. Identifier user_1.'],
    ['Refund', 'Refund', 'POST /limits/refund', 'Refund: 3 units given back. Identifier user_1.'],
    ['Reset', 'Reset', 'POST /limits/reset', 'Reset: all its windows are empty. Identifier user_1.'],
  ] as const

  test.each(ACTIONS)('%s: sent once it is confirmed, then announced', async (button, confirm, request, announced) => {
    const page = await open()
    await lookUp(page, 'user_1')
    await page.getByRole('button', { name: button, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('user_1').waitFor()
    expect(server.requests).not.toContain(request)
    await dialog.getByRole('button', { name: confirm, exact: true }).click()
    await expect.poll(() => page.getByRole('status').textContent()).toBe(announced)
    expect(server.requests.filter((each) => each === request)).toHaveLength(1)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test.each(ACTIONS)(
    '%s: cancelled, or left by Escape, sends nothing, and the focus goes back',
    async (button, _, request) => {
      const page = await open()
      await lookUp(page, 'user_1')
      const opener = page.getByRole('button', { name: button, exact: true })
      for (const leave of [
        () => page.keyboard.press('Escape'),
        () => page.getByRole('button', { name: 'Cancel' }).click(),
      ]) {
        await opener.click()
        await page.getByRole('dialog').waitFor()
        await leave()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        expect(await opener.evaluate((each) => each === document.activeElement)).toBe(true)
      }
      expect(server.requests).not.toContain(request)
    },
  )

  test('takes units by the names that windows give them', async () => {
    const bodies: unknown[] = []
    server.script.answers.refund = (body) => {
      bodies.push(body)
      return { body: { windows: [{ unit: 'tokens', givenBack: 812 }] } }
    }
    const page = await open()
    await page.getByRole('combobox', { name: 'Limiter' }).selectOption('tokens')
    await lookUp(page, 'tenant_7')
    await page.getByLabel('Units of tokens').fill('812')
    await page.getByLabel('Units of requests').fill('0')
    await page.getByRole('button', { name: 'Refund' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Refund' }).click()
    await expect
      .poll(() => bodies)
      .toEqual([{ limiter: 'tokens', id: 'tenant_7', units: { requests: 0, tokens: 812 } }])
  })

  test('that is refused says so', async () => {
    server.script.answers.reset = () => ({
      status: 502,
      body: { error: { code: 'store-failed', message: 'The store is away.' } },
    })
    expectedFaults = /502/
    const page = await open()
    await lookUp(page, 'user_1')
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => page.getByRole('status').textContent()).toContain('Not done. The store is away.')
  })
})

describe('an identifier that tries to be something else', () => {
  test('is shown as text, unseen characters as their code points, and looked up exactly', async () => {
    const bodies: unknown[] = []
    server.script.answers.lookup = (body) => {
      bodies.push(body)
      return { body: sampleStanding(1) }
    }
    const page = await open()
    await page.locator('.denied-most button').nth(2).click()
    const shown = page.locator('.standing h3')
    await expect
      .poll(() => shown.textContent())
      .toBe('user_U+202E321U+200B<img src=x onerror=alert(1)>U+0007U+2066admin')
    expect(await shown.locator('bdi > span').allTextContents()).toEqual(['U+202E', 'U+200B', 'U+0007', 'U+2066'])
    expect(await page.locator('img').count()).toBe(0)
    expect(bodies[0]).toEqual({ limiter: 'api', id: HOSTILE_ID })
  })

  test('the list says how often, with the bound of the error', async () => {
    const page = await open()
    await expect
      .poll(() => page.locator('.denied-most .count').allTextContents())
      .toEqual(['812', '332 to 344', '85 to 97', '29 to 41'])
    await page.getByText('Anybody else: 12 times at most.').waitFor()
  })

  test('hashed ones can not be looked up', async () => {
    server.script.answers.denied = () => ({
      body: {
        shown: 'hashed',
        identifiers: [{ limiter: 'api', id: '0123456789abcdef', count: 3, error: 0 }],
        othersAtMost: 0,
      },
    })
    const page = await open()
    await page.getByText('0123456789abcdef').waitFor()
    expect(await page.locator('.denied-most button').count()).toBe(0)
    await page.getByText('Denials in this process, identifiers hashed').waitFor()
  })
})

describe('the stream', () => {
  test.each([
    [401, 'You are not signed in.'],
    [403, 'You are not permitted to do this.'],
  ])('refused with %d: says why, and tries again only when asked', async (status, text) => {
    server.script.refusal = { status, body: {} }
    expectedFaults = new RegExp(`${status}`)
    const page = await open()
    await page.getByText(text).waitFor()
    expect(await page.getByText('Trying again in').count()).toBe(0)
    server.script.refusal = undefined
    await page.getByRole('button', { name: 'Try again now' }).click()
    await page.getByText('Live', { exact: true }).first().waitFor()
    expect(server.streams()).toBe(2)
  })

  test('refused with 503: says why and when, and tries again by itself', async () => {
    server.script.refusal = { status: 503, body: { error: { code: 'unavailable', message: '20 pages are open.' } } }
    expectedFaults = /503/
    const page = await open()
    await page.getByText('20 pages are open.').waitFor()
    await page.getByText(/Trying again in \d+ s/).waitFor()
    server.script.refusal = undefined
    await page.getByText('238,000').waitFor()
    await page.getByText('20 pages are open.').waitFor({ state: 'detached' })
  })

  test('that ends is opened again; another process begins new graphs, and that is announced', async () => {
    const page = await open()
    await page.getByText('238,000').waitFor()
    const { limiters, ...rest } = sampleSnapshot()
    server.script.limiters = server.script.limiters.slice(0, 1).map(({ past, ...each }) => ({
      ...each,
      past: { until: rest.second - 1, admitted: [], denied: [], failed: [] },
    }))
    const total = { admitted: 5, denied: 0, failed: 0 }
    server.script.snapshot = {
      ...rest,
      limiters: limiters.slice(0, 1).map((each) => ({ ...each, lastSecond: total, total })),
      process: { graph: 'two', host: 'web-2', pid: 77, since: rest.second * 1000 },
    }
    server.cut()
    await page.getByText('(web-2, pid 77)').waitFor()
    expect(await page.locator('[data-limiter=api] dd b').allTextContents()).toEqual(['5', '0', '0'])
    expect(await page.locator('[data-limiter]').count()).toBe(1)
    await expect.poll(() => page.getByRole('status').textContent()).toContain('Another process answers now.')
  })

  test('that says nothing for ten seconds is given up', async () => {
    watched = await openPage(browser, server.url, {}, (page) => page.clock.install())
    const { page } = watched
    await page.getByText('238,000').waitFor()
    await page.clock.fastForward(10_001)
    await page.getByText('The server does not answer. The figures are the last ones that came.').waitFor()
    await page.clock.fastForward(1000)
    await expect.poll(() => server.streams()).toBe(2)
  })

  test('that answers with a page to sign in says so', async () => {
    server.script.refusal = { status: 200, body: 'Sign in' }
    const page = await open()
    await page.getByText('The server answered with another page.').waitFor()
  })
})

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([1280, 375])('axe finds nothing at a width of %d, also in a dialog', async (width) => {
    const page = await open({ colorScheme, viewport: { width, height: 800 } })
    await lookUp(page, 'tenant_4471')
    await page.getByText('would be admitted').waitFor()
    await keepScreenshot(page, `${colorScheme}-${width}`)
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await keepScreenshot(page, `${colorScheme}-${width}-dialog`)
  })

  test('axe finds nothing where the page is refused', async () => {
    server.script.refusal = { status: 403, body: {} }
    expectedFaults = /403/
    const page = await open({ colorScheme })
    await page.getByRole('button', { name: 'Try again now' }).waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    await keepScreenshot(page, `${colorScheme}-refused`)
  })
})

test('by keyboard alone: to the look-up, an identifier, a reset', async () => {
  const page = await open()
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
  await page.getByRole('dialog').waitFor()
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

test.each([320, 375])('a phone of %d pixels needs no scrolling to the side, whatever the names', async (width) => {
  const long = 'x'.repeat(128)
  server.script.limiters = server.script.limiters.map((each) => ({ ...each, store: long }))
  server.script.answers.denied = () => ({
    body: {
      shown: 'plain',
      identifiers: [{ limiter: 'api', id: 'y'.repeat(128), count: 2 ** 53 - 1, error: 2 ** 52 }],
      othersAtMost: 0,
    },
  })
  const page = await open({ viewport: { width, height: 640 } })
  await lookUp(page, long)
  await page.locator('[data-used]').waitFor()
  await page.locator('.denied-most .count').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  await keepScreenshot(page, `${width}-long`)
})

test.each([
  ['reduce', '0s'],
  ['no-preference', '0.35s'],
] as const)('with motion %s, windows fill within %s', async (reducedMotion, duration) => {
  const page = await open({ reducedMotion })
  await lookUp(page, 'user_1')
  expect(await page.locator('.meter i').evaluate((each) => getComputedStyle(each).transitionDuration)).toBe(duration)
})
