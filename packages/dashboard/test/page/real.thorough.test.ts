import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FixedWindowRateLimiter } from '@rl/core'
import { IoredisStore } from '@rl/ioredis'
import { type RedisServer, type ServerClock, serverClock, startRedis } from '@rl/test-servers'
import { launchBrowser } from '@rl/test-servers/browser'
import express, { type RequestHandler } from 'express'
import helmet from 'helmet'
import { Redis } from 'ioredis'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { dashboard } from '../../src/index.ts'
import { openPage, type WatchedPage } from './browser.ts'
import { lookUp } from './fixture.ts'
import { HOSTILE_ID } from './samples.ts'

/** The page over the real server half and a real Redis, in an Express app behind helmet. */
let browser: Browser
let clock: ServerClock
let redis: RedisServer
const clients: Redis[] = []
const closing: (() => void)[] = []
let watched: WatchedPage | undefined
let expectedFaults: RegExp | undefined

beforeAll(async () => {
  ;[browser, clock] = await Promise.all([launchBrowser(), serverClock()])
  redis = await startRedis({ clock })
})
afterEach(async () => {
  await watched?.page.context().close()
  for (const close of closing.splice(0)) close()
  const faults = watched?.faults.filter((fault) => expectedFaults?.test(fault) !== true)
  watched = undefined
  expectedFaults = undefined
  expect(faults).toEqual([])
})
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await Promise.all([browser.close(), redis.stop()])
})

/** A limiter as each process has it, over its own connection. */
async function limiterOf(name: string, limit = 5, deadlineMs = 5000): Promise<FixedWindowRateLimiter> {
  const client = new Redis(redis.port, { maxRetriesPerRequest: 0, enableOfflineQueue: false })
  client.on('error', () => {})
  clients.push(client)
  await once(client, 'ready')
  return new FixedWindowRateLimiter({
    ...{ name, limit, window: '1d', anchor: 'first-hit', deadlineMs },
    breaker: { failures: 1 },
    store: new IoredisStore(client),
  } as const)
}

function mount(limiter: FixedWindowRateLimiter): RequestHandler {
  const mounted = dashboard({ limiters: [limiter], authorize: () => true, deniedMost: 'plain' })
  closing.push(() => mounted.close())
  return mounted.node
}

/** Opens the page as people type its address, without the slash. */
async function open(handler: RequestHandler): Promise<{ readonly page: Page; readonly app: Server }> {
  const app = createServer(express().use(helmet()).use('/ops/limits', handler))
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    app.closeAllConnections()
    app.close()
  })
  watched = await openPage(browser, `http://127.0.0.1:${(app.address() as AddressInfo).port}/ops/limits`)
  return { page: watched.page, app }
}

const totals = (page: Page) => page.locator('[data-total]').allTextContents()
const used = (page: Page) => page.locator('[data-used]').textContent()

/** The counter as another process sees it. */
async function usedAt(limiter: FixedWindowRateLimiter, id: string): Promise<number> {
  const { limit, remaining } = await limiter.peek(id)
  return limit - remaining
}

async function act(page: Page, button: string, confirm: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click()
}

test('counts are those of the limiter, and a look-up is the counter of all processes', async () => {
  const here = await limiterOf('counts')
  const elsewhere = await limiterOf('counts')
  const { page } = await open(mount(here))
  for (let calls = 0; calls < 7; calls++) await here.limit('bob')
  for (let calls = 0; calls < 2; calls++) await here.limit('ann')
  await elsewhere.limit('ann')
  await expect.poll(() => totals(page)).toEqual(['7', '2', '0'])
  await lookUp(page, 'ann')
  await expect.poll(() => used(page)).toBe('3')
  await elsewhere.limit('ann')
  await expect.poll(() => used(page)).toBe('4')
  expect(await usedAt(elsewhere, 'ann')).toBe(4)
  expect(await totals(page)).toEqual(['7', '2', '0']) // look-ups are no calls
})

test('a trial call, a refund and a reset change the counter, and are left out of the figures', async () => {
  const here = await limiterOf('actions')
  const elsewhere = await limiterOf('actions')
  const { page } = await open(mount(here))
  for (let calls = 0; calls < 3; calls++) await here.limit('bob')
  await lookUp(page, 'bob')
  await expect.poll(() => used(page)).toBe('3')
  const said = page.getByRole('status')

  await act(page, 'Trial call', 'Make the call')
  await expect.poll(() => said.textContent()).toContain('Trial call: admitted, 1 of 5 left.')
  expect(await usedAt(elsewhere, 'bob')).toBe(4)

  await page.getByLabel('Units').fill('2')
  await act(page, 'Refund', 'Refund')
  await expect.poll(() => said.textContent()).toContain('Refund: 2 units given back.')
  expect(await usedAt(elsewhere, 'bob')).toBe(2)
  await expect.poll(() => used(page)).toBe('2')

  await act(page, 'Reset', 'Reset')
  await expect.poll(() => said.textContent()).toContain('Reset: all its windows are empty.')
  expect(await usedAt(elsewhere, 'bob')).toBe(0)
  await expect.poll(() => used(page)).toBe('0')
  await expect.poll(() => totals(page)).toEqual(['3', '0', '0'])
})

test('a window rolls over on the page when it ends at the store', async () => {
  const here = await limiterOf('rolls')
  const { page } = await open(mount(here))
  await here.limit('bob', { cost: 5 })
  await lookUp(page, 'bob')
  await expect.poll(() => used(page)).toBe('5')
  await page.locator('.verdict', { hasText: 'The next call would be denied' }).waitFor()
  await clock.set(86_400_000)
  await expect.poll(() => used(page)).toBe('0')
  await page.locator('.verdict', { hasText: 'The next call would be admitted.' }).waitFor()
  await clock.set(0)
})

test('an operator finds a hostile identifier among those denied most, as text, and lets it in again', async () => {
  const here = await limiterOf('hostile', 1)
  const { page } = await open(mount(here))
  for (let calls = 0; calls < 4; calls++) await here.limit(HOSTILE_ID)
  const entry = page.locator('.denied-most li')
  await expect.poll(() => entry.locator('.count').textContent()).toBe('3')
  await entry.getByRole('button').click()
  await expect.poll(() => used(page)).toBe('1')
  await act(page, 'Reset', 'Reset')
  await expect.poll(() => used(page)).toBe('0')
  expect((await here.limit(HOSTILE_ID)).allowed).toBe(true)
  expect(await page.locator('img').count()).toBe(0)
})

test('behind a load balancer another process may answer, and its graph begins anew', async () => {
  const [one, other] = [await limiterOf('balanced'), await limiterOf('balanced')]
  const pages = [mount(one), mount(other)] as const
  let answering: RequestHandler = pages[0]
  const { page, app } = await open((request, response, next) => answering(request, response, next))
  await one.limit('bob')
  await expect.poll(() => totals(page)).toEqual(['1', '0', '0'])
  expectedFaults = /ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/
  answering = pages[1]
  for (let calls = 0; calls < 3; calls++) await other.limit('ann')
  app.closeAllConnections()
  await expect.poll(() => totals(page)).toEqual(['3', '0', '0'])
  await expect.poll(() => page.getByRole('status').textContent()).toContain('Another process answers now.')
})

test('a store that is gone: its breaker is open, calls have failed, and a look-up says so', async () => {
  const here = await limiterOf('gone', 5, 300)
  const { page } = await open(mount(here))
  await lookUp(page, 'bob')
  await expect.poll(() => used(page)).toBe('0')
  expectedFaults = /502/
  await redis.kill()
  // One after the other: calls that wait together share a command, and the breaker counts commands.
  for (let calls = 0; calls < 8; calls++) await here.limit('bob').catch(() => {})
  await expect.poll(() => page.locator('[data-store] .state').textContent()).toBe('Breaker open')
  await expect.poll(() => totals(page)).toEqual(['0', '0', '8'])
  await page.locator('.standing .refused').waitFor()
})
