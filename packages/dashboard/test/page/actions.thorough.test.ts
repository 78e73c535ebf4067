import { describe, expect, test } from 'vitest'
import { lookUp, usePages } from './fixture.ts'

const pages = usePages()

describe('an action', () => {
  const ACTIONS = [
    ['Trial call', 'Make the call', 'POST /limits/trial', 'Trial call: admitted, 16 of 100 left. Identifier user_1.'],
    ['Refund', 'Refund', 'POST /limits/refund', 'Refund: 3 units given back. Identifier user_1.'],
    ['Reset', 'Reset', 'POST /limits/reset', 'Reset: all its windows are empty. Identifier user_1.'],
  ] as const

  test.each(ACTIONS)('%s: sent once it is confirmed, then announced', async (button, confirm, request, announced) => {
    const page = await pages.open()
    await lookUp(page, 'user_1')
    await page.getByRole('button', { name: button, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('user_1').waitFor()
    expect(pages.server.requests).not.toContain(request)
    await dialog.getByRole('button', { name: confirm, exact: true }).click()
    await expect.poll(() => page.getByRole('status').textContent()).toBe(announced)
    expect(pages.server.requests.filter((each) => each === request)).toHaveLength(1)
    expect(await page.getByRole('dialog').count()).toBe(0)
  })

  test('cancelled, or left by Escape, sends nothing, and the focus goes back', async () => {
    const page = await pages.open()
    await lookUp(page, 'user_1')
    for (const [button, , request] of ACTIONS) {
      for (const leave of [
        () => page.keyboard.press('Escape'),
        () => page.getByRole('button', { name: 'Cancel' }).click(),
      ]) {
        await page.getByRole('button', { name: button, exact: true }).click()
        await page.getByRole('dialog').waitFor()
        await leave()
        await page.getByRole('dialog').waitFor({ state: 'detached' })
        expect(await page.locator(':focus').textContent()).toBe(button)
      }
      expect(pages.server.requests).not.toContain(request)
    }
  })

  test('takes units by the names that windows give them', async () => {
    const bodies: unknown[] = []
    pages.server.script.answers.refund = (body) => {
      bodies.push(body)
      return { body: { windows: [{ unit: 'tokens', givenBack: 812 }] } }
    }
    const page = await pages.open()
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

  test('needs an amount that is a whole number from 0', async () => {
    const page = await pages.open()
    await lookUp(page, 'user_1')
    const enabled = () =>
      Promise.all(['Trial call', 'Refund', 'Reset'].map((name) => page.getByRole('button', { name }).isEnabled()))
    for (const amount of ['', '-1', '1.5', '1e300']) {
      await page.getByLabel('Units').fill(amount)
      await expect.poll(enabled).toEqual([false, false, true])
    }
    await page.getByLabel('Units').fill('0')
    await expect.poll(enabled).toEqual([true, true, true])
  })

  test('that is refused says so', async () => {
    pages.server.script.answers.reset = () => ({
      status: 502,
      body: { error: { code: 'store-failed', message: 'The store is away.' } },
    })
    pages.expectedFaults = /502/
    const page = await pages.open()
    await lookUp(page, 'user_1')
    await page.getByRole('button', { name: 'Reset' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
    await expect.poll(() => page.getByRole('status').textContent()).toContain('Not done. The store is away.')
  })
})
