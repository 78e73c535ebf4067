import { FixedWindowRateLimiter } from '@rl/core'
import { MemoryStore } from '@rl/memory'
import { expect, test } from 'vitest'
import { servePlayground } from '../build/playground.mjs'
import { expectedRows, expectedText, shownAnswers } from './answers.ts'
import { usePages } from './browser.ts'

const pages = usePages(() => servePlayground(0))
const NOON = Date.UTC(2026, 0, 1, 12)

test('the page shows what limiters in Node answer to the same calls', async () => {
  const clock = { now: NOON }
  const store = (): MemoryStore => new MemoryStore({ now: () => clock.now })
  const limiters = [
    new FixedWindowRateLimiter({ name: 'one', store: store(), limit: 10, window: '10s' }),
    new FixedWindowRateLimiter({
      name: 'two',
      store: store(),
      windows: [
        { limit: 7, window: '10s', anchor: 'first-hit' },
        { limit: 1, window: '1s' },
      ],
    }),
  ]
  const rows = await expectedRows(limiters, clock, { id: 'user_1', count: 2, everyMs: 900, untilMs: 19_900 })

  const page = await pages.open('#a=10;10s&b=7;10s;first-hit&b=1;1s&call=user_1;2;900ms&until=19900ms')
  await page.locator('tr[data-entry="46"]').waitFor()
  expect(await shownAnswers(page)).toEqual(rows.slice(-12))

  for (const [i, limiter] of limiters.entries()) {
    const card = page.locator(`[data-limiter="${'AB'[i]}"]`)
    const admitted = rows.filter((row) => row[3 + i]?.startsWith('admitted')).length
    expect(await card.locator('[data-admitted]').textContent()).toBe(String(admitted))
    expect(await card.locator('[data-denied]').textContent()).toBe(String(rows.length - admitted))
    expect(await card.locator('circle.admitted').count()).toBe(admitted)
    expect(await card.locator('circle.denied').count()).toBe(rows.length - admitted)
    const standing = await limiter.peek('user_1', { cost: 0 })
    const used = standing.windows.map(({ limit, remaining }) => String(limit - remaining))
    expect(
      await card.locator('[data-used]').evaluateAll((all) => all.map((each) => each.getAttribute('data-used'))),
    ).toEqual(used)
  }
})

test('while the clock runs, the page shows what a limiter in Node answers to the same calls', async () => {
  const page = await pages.open('#a=4;10s&call=user_1;1;700ms&speed=5')
  await page.locator('tr[data-entry="20"]').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  const shown = await shownAnswers(page)
  const untilMs = Number(await page.locator('[data-now]').getAttribute('data-now')) - NOON

  const clock = { now: NOON }
  const store = new MemoryStore({ now: () => clock.now })
  const limiters = [new FixedWindowRateLimiter({ name: 'one', store, limit: 4, window: '10s' })]
  const rows = await expectedRows(limiters, clock, { id: 'user_1', count: 1, everyMs: 700, untilMs })
  expect(shown).toEqual(rows.slice(-12))
})

test('calls, a refund, a settlement into debt and a reset by hand', async () => {
  const store = new MemoryStore({ now: () => NOON + 1000 })
  const limiter = new FixedWindowRateLimiter({ name: 'one', store, limit: 5, window: '10s' })
  const page = await pages.open('#a=5;10s&call=user_1;1;1h;1h;2&until=1s')
  const answer = async (button: string): Promise<string> => {
    const before = await page.locator('tr[data-entry]').count()
    await page.getByRole('button', { name: button, exact: true }).click()
    await expect.poll(() => page.locator('tr[data-entry]').count()).toBe(before + 1)
    return (await shownAnswers(page)).at(-1)?.at(-1) ?? ''
  }
  const used = (): Promise<string | null> => page.locator('[data-used]').getAttribute('data-used')

  expect(await answer('Call')).toBe(expectedText(await limiter.limit('user_1', { cost: 2 })))
  const second = await limiter.limit('user_1', { cost: 2 })
  expect(await answer('Call')).toBe(expectedText(second))
  expect(await used()).toBe('4')

  expect(await limiter.refund(second)).toBe(true)
  expect(await answer('Refund the last')).toBe('given back')
  expect(await used()).toBe('2')

  const third = await limiter.limit('user_1', { cost: 2 })
  expect(await answer('Call')).toBe(expectedText(third))
  const { windows } = await limiter.settle(third, 9)
  expect(windows).toEqual([expect.objectContaining({ debt: 6 })])
  await page.getByLabel('at', { exact: true }).fill('9')
  expect(await answer('Settle the last')).toBe('settled, debt 6')
  expect(await answer('Call')).toBe(expectedText(await limiter.limit('user_1', { cost: 2 })))

  await limiter.reset('user_1')
  expect(await answer('Reset')).toBe('forgotten')
  expect(await answer('Call')).toBe(expectedText(await limiter.limit('user_1', { cost: 2 })))
  await expect.poll(() => page.getByRole('status').textContent()).toBe('admitted, 3 left')
})

test('a call that is given back or settled later says so, also when it is too late', async () => {
  const page = await pages.open('#a=10;10s&call=user_1;1;7s;5s;3;refund;2s&until=15s')
  await page.locator('tr[data-entry="3"]').waitFor()
  expect((await shownAnswers(page)).map((row) => row.slice(0, 1).concat(row.slice(2)))).toEqual([
    ['12:00:05.000', 'call, cost 3', 'admitted, 7 left'],
    ['12:00:07.000', 'refund', 'given back'],
    ['12:00:12.000', 'call, cost 3', 'admitted, 7 left'],
    ['12:00:14.000', 'refund', 'given back'],
  ])
  await page.goto(`${page.url().split('#')[0]}#a=10;10s&call=user_1;1;20s;9s;3;settle;2s;1&until=15s`)
  await expect.poll(async () => (await shownAnswers(page)).at(-1)?.at(-1)).toBe('too late: its window has ended')
})

test('the clock is stepped to the next call and to the next window', async () => {
  const page = await pages.open('#a=10;10s&call=user_1;1;4s&until=1s')
  const now = async (): Promise<number> => Number(await page.locator('[data-now]').getAttribute('data-now')) - NOON
  await expect.poll(now).toBe(1000)
  await page.getByRole('button', { name: 'Next call' }).click()
  await expect.poll(now).toBe(4000)
  expect(await page.locator('tr[data-entry]').count()).toBe(2)
  await page.getByRole('button', { name: 'Next window' }).click()
  await expect.poll(now).toBe(10_000)
  expect(await page.locator('tr[data-entry]').count()).toBe(3)
  expect(await page.locator('[data-used]').getAttribute('data-used')).toBe('0')
  await page.getByRole('button', { name: 'Restart' }).click()
  await expect.poll(now).toBe(1000)
})

test('what is set is in the address, and an address sets it', async () => {
  const page = await pages.open('')
  await page.getByRole('button', { name: 'Compare with a second limiter' }).click()
  const second = page.getByRole('group', { name: 'Limiter B' })
  await second.getByLabel('Limit', { exact: true }).fill('3')
  await second.getByLabel('Anchor').selectOption('first-hit')
  await page.getByLabel('Caller', { exact: true }).fill('a;b=c&d é')
  await page.getByLabel('Speed').selectOption('60')
  const address = page.url()
  expect(address).toContain('b=3;10s;first-hit')

  const other = await pages.open(address.slice(address.indexOf('#')))
  expect(await other.getByRole('group', { name: 'Limiter B' }).getByLabel('Limit', { exact: true }).inputValue()).toBe(
    '3',
  )
  expect(await other.getByLabel('Caller', { exact: true }).inputValue()).toBe('a;b=c&d é')
  expect(await other.getByLabel('Speed').inputValue()).toBe('60')
  await other.evaluate("location.hash = '#a=8;1m'")
  await expect.poll(() => other.getByLabel('Limit', { exact: true }).inputValue()).toBe('8')
})

test("what can't be a limiter is said in the limiter's words, and goes when it is put right", async () => {
  const page = await pages.open('')
  await page.getByLabel('Window', { exact: true }).fill('1M')
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('received "1M"')
  await page.getByLabel('Window', { exact: true }).fill('1m')
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  await page.getByLabel('Cost').fill('tokens 3')
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('cost')
})
