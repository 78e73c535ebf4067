import express from 'express'
import helmet from 'helmet'
import { expect, test } from 'vitest'
import { dashboard } from '../../src/index.ts'
import { limiterOf, listening, opened } from './support.ts'

const EXPECTED = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

function check(headers: Headers): void {
  for (const [name, value] of Object.entries(EXPECTED)) expect(headers.get(name)).toBe(value)
  expect(headers.get('cache-control')?.split(', ')).toContain('no-store')
}

const PATHS = ['', 'page.js', 'page.css', 'stream', 'nothing', 'nothing.js', 'reset']

test.each(PATHS)('"%s" has the headers that protect the page', async (path) => {
  for (const authorize of [() => true, () => false]) {
    const answer = await opened({ authorize }).get(path)
    check(answer.headers)
    await answer.body?.cancel()
  }
})

test('the answers to actions have them, too', async () => {
  const { post } = opened()
  check((await post('lookup', { limiter: 'api', id: 'bob' })).headers)
  check((await post('lookup', {})).headers)
})

test.each(['before', 'behind'])('helmet %s the page changes nothing of them', async (place) => {
  const page = dashboard({ limiters: [limiterOf()], authorize: () => true })
  const app = express()
  const given = helmet({ contentSecurityPolicy: { directives: { scriptSrc: ["'unsafe-inline'"] } } })
  if (place === 'before') app.use(given)
  app.use('/limits', page.node)
  if (place === 'behind') app.use(given)
  const url = await listening(app)
  for (const path of PATHS) {
    const answer = await fetch(`${url}/limits/${path}`, { redirect: 'manual' })
    check(answer.headers)
    await answer.body?.cancel()
  }
  page.close()
})
