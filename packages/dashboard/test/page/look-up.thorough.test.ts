import { describe, expect, test } from 'vitest'
import { lookUp, usePages } from './fixture.ts'
import { HOSTILE_ID, sampleStanding } from './samples.ts'

const pages = usePages()

describe('a look-up', () => {
  test('goes on: what changes at the store changes on the page', async () => {
    const page = await pages.open()
    await lookUp(page, 'user_1')
    await expect.poll(() => page.locator('[data-used]').textContent()).toBe('83')
    await expect.poll(() => page.getByRole('status').textContent()).toBe('user_1: The next call would be admitted.')
    pages.server.script.answers.lookup = () => ({ body: sampleStanding(100) })
    await expect.poll(() => page.locator('[data-used]').textContent()).toBe('100')
    expect(await page.locator('.verdict').textContent()).toContain('would be denied')
  })

  test('a window rolls over by itself, before the server says so', async () => {
    let asked = 0
    pages.server.script.answers.lookup = () =>
      asked++ === 0 ? { body: sampleStanding(83, 900) } : { status: 502, body: {} }
    pages.expectedFaults = /502/
    const page = await pages.open()
    await lookUp(page, 'user_1')
    await page.getByText('a new window has begun').waitFor()
    expect(await page.locator('[data-used]').textContent()).toBe('0')
  })

  test('its identifier is in bodies only: in no address, no storage, no history', async () => {
    const bodies: unknown[] = []
    pages.server.script.answers.lookup = (body) => {
      bodies.push(body)
      return { body: sampleStanding(1) }
    }
    const page = await pages.open()
    await lookUp(page, 'secret_7')
    await page.locator('[data-used]').waitFor()
    expect(bodies[0]).toEqual({ limiter: 'api', id: 'secret_7' })
    expect([...pages.server.requests, page.url()].join()).not.toContain('secret_7')
    const kept =
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie, history.length])'
    expect(await page.evaluate(kept)).toBe('[{},{},null,"",2]')
  })

  test('says in plain words what a refusal means', async () => {
    pages.expectedFaults = /status of (401|403|429)/
    const page = await pages.open()
    for (const [status, text] of [
      [403, 'You are not permitted to do this.'],
      [401, 'You are not signed in.'],
      [429, 'The server takes no more requests at the moment.'],
    ] as const) {
      pages.server.script.answers.lookup = () => ({ status, body: {} })
      await lookUp(page, `user_${status}`)
      await page.getByText(text).waitFor()
    }
    // The last one passes by itself.
    pages.server.script.answers.lookup = () => ({ body: sampleStanding(1) })
    await page.locator('[data-used]').waitFor()
  })
})

describe('an identifier that tries to be something else', () => {
  test('is shown as text, unseen characters as their code points, and looked up exactly', async () => {
    const bodies: unknown[] = []
    pages.server.script.answers.lookup = (body) => {
      bodies.push(body)
      return { body: sampleStanding(1) }
    }
    const page = await pages.open()
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
    const page = await pages.open()
    await expect
      .poll(() => page.locator('.denied-most .count').allTextContents())
      .toEqual(['812', '332 to 344', '85 to 97', '29 to 41'])
    await page.getByText('Anybody else: 12 times at most.').waitFor()
  })

  test('hashed ones can not be looked up', async () => {
    pages.server.script.answers.denied = () => ({
      body: {
        shown: 'hashed',
        identifiers: [{ limiter: 'api', id: '0123456789abcdef', count: 3, error: 0 }],
        othersAtMost: 0,
      },
    })
    const page = await pages.open()
    await page.getByText('0123456789abcdef').waitFor()
    expect(await page.locator('.denied-most button').count()).toBe(0)
    await page.getByText('Denials in this process, identifiers hashed').waitFor()
  })
})
