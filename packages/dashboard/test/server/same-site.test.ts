import type { RequestListener } from 'node:http'
import express from 'express'
import { describe, expect, test } from 'vitest'
import { dashboard } from '../../src/index.ts'
import { ACTION_HEADER } from '../../src/messages.ts'
import { limiterOf, listening, opened } from './support.ts'

const subject = { limiter: 'api', id: 'bob' }
const HEADERS = { 'content-type': 'application/json', [ACTION_HEADER]: '1', origin: 'https://app.test' }

describe('an action is refused', () => {
  test.each([
    ['without a content type', { 'content-type': '' }, 415],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['as text', { 'content-type': 'text/plain' }, 415],
    ['as text that only mentions JSON', { 'content-type': 'text/plain; application/json' }, 415],
    ['without the header of the page', { [ACTION_HEADER]: '' }, 403],
    ['with another value of the header', { [ACTION_HEADER]: 'true' }, 403],
    ['without an origin', { origin: '' }, 403],
    ["from the origin 'null'", { origin: 'null' }, 403],
    ['from another site', { origin: 'https://evil.test' }, 403],
    ['from a site whose name begins with the same letters', { origin: 'https://app.test.evil.test' }, 403],
    ['from the same host by another scheme', { origin: 'http://app.test' }, 403],
    ['from another port', { origin: 'https://app.test:8443' }, 403],
  ])('%s', async (_, headers, status) => {
    const limiter = limiterOf()
    await limiter.limit('bob', { cost: 5 })
    const { post } = opened({ limiters: [limiter] })
    expect(await post('reset', subject, { headers })).toMatchObject({ status })
    expect(await limiter.peek('bob')).toMatchObject({ remaining: 0 })
  })

  test.each(['GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('by %s', async (method) => {
    const { get } = opened()
    const answer = await get('reset', { method, headers: HEADERS })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('an action is done from the own origin, and only from that', async () => {
  const { post } = opened()
  expect(await post('lookup', subject)).toMatchObject({ status: 200 })
  expect(
    await post('lookup', subject, { headers: { 'content-type': 'Application/JSON; charset=utf-8' } }),
  ).toMatchObject({ status: 200 })
})

test('an action is done from a configured origin, and then not from that of the server', async () => {
  const { post } = opened({ origin: ['https://admin.test', 'https://ops.test'] })
  expect(await post('lookup', subject, { headers: { origin: 'https://admin.test' } })).toMatchObject({ status: 200 })
  expect(await post('lookup', subject, { headers: { origin: 'https://ops.test' } })).toMatchObject({ status: 200 })
  expect(await post('lookup', subject)).toMatchObject({ status: 403, body: { error: { code: 'wrong-origin' } } })
})

test('a configured origin does not permit null', async () => {
  const { post } = opened({ origin: 'https://admin.test' })
  expect(await post('lookup', subject, { headers: { origin: 'null' } })).toMatchObject({ status: 403 })
})

test('a form of another site, sent with password and cookie, changes nothing', async () => {
  const limiter = limiterOf()
  await limiter.limit('bob', { cost: 5 })
  const permitted: string[] = []
  const page = dashboard({
    limiters: [limiter],
    authorize: (request: express.Request, action) => {
      const isAdmin = request.get('authorization') === 'Basic b3A6cHc=' && request.get('cookie') === 'session=1'
      if (isAdmin) permitted.push(action)
      return isAdmin
    },
  })
  const app = express()
  app.use(express.json(), express.urlencoded({ extended: true }), express.text())
  app.use('/limits', page.node)
  const url = await listening(app as RequestListener)
  // A browser's request with a form of another site: no header of the page's choice, and its origin.
  const credentials = { authorization: 'Basic b3A6cHc=', cookie: 'session=1', 'sec-fetch-site': 'cross-site' }
  const forms: readonly (readonly [string, string])[] = [
    ['application/x-www-form-urlencoded', 'limiter=api&id=bob&units=5'],
    ['text/plain', JSON.stringify({ ...subject, units: 5 })],
    ['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="id"\r\n\r\nbob\r\n--x--\r\n'],
    // No form can have this type; a page that could set it is refused by its origin.
    ['application/json', JSON.stringify({ ...subject, units: 5 })],
  ]
  for (const origin of ['https://evil.test', 'null', undefined]) {
    for (const [nth, [type, body]] of forms.entries()) {
      const path = ['reset', 'refund', 'trial', 'reset'][nth]
      const headers = { ...credentials, 'content-type': type, ...(origin && { origin }) }
      const { status } = await fetch(`${url}/limits/${path}`, { method: 'POST', headers, body })
      expect(status).toBe(nth === 3 ? 403 : 415)
    }
  }
  expect(permitted).toHaveLength(12) // the credentials were good each time
  expect(await limiter.peek('bob')).toMatchObject({ remaining: 0 })
  page.close()
})

describe('a stream', () => {
  test.each(['cross-site', 'same-site'])('is refused to a page that is %s', async (site) => {
    const answer = await opened().get('stream', { headers: { 'sec-fetch-site': site } })
    expect(answer.status).toBe(403)
  })

  test.each(['same-origin', 'none'])('is open to a request that is %s', async (site) => {
    const answer = await opened().get('stream', { headers: { 'sec-fetch-site': site } })
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
  })
})
