import express, { type Request } from 'express'
import helmet from 'helmet'
import { expect, test } from 'vitest'
import { type ActionEvent, dashboard } from '../../src/index.ts'
import { ACTION_HEADER } from '../../src/messages.ts'
import { limiterOf, listening } from './support.ts'

test('an operator mounts the page in Express, finds who is denied, and resets them', async () => {
  const limiter = limiterOf()
  const events: ActionEvent[] = []
  const page = dashboard({
    limiters: [limiter],
    authorize: (request: Request) => request.get('authorization') === 'Basic b3A6cHc=' && { user: 'op' },
    deniedMost: 'plain',
    onAction: (event) => events.push(event),
  })
  // @ts-expect-error: authorize reads what only requests of Express have
  const asFetchHandler: (request: globalThis.Request) => Promise<Response> = page.fetch
  expect(asFetchHandler).toBeTypeOf('function')
  const app = express()
  app.use(helmet())
  app.use('/limits', page.node)
  app.get('/call/:user', async (request, response) => {
    const { allowed } = await limiter.limit(request.params.user)
    response.sendStatus(allowed ? 200 : 429)
  })
  const url = await listening(app)
  const call = (user: string) => fetch(`${url}/call/${user}`).then(({ status }) => status)
  for (let calls = 0; calls < 7; calls++) await call('bob')
  await call('ann')
  expect(await call('bob')).toBe(429)

  expect((await fetch(`${url}/limits/`)).status).toBe(403)
  const authorization = 'Basic b3A6cHc='
  // Without the slash, the browser is sent to where the page's own paths lead on.
  const shown = await fetch(`${url}/limits`, { headers: { authorization } })
  expect([shown.url, await shown.text()]).toEqual([`${url}/limits/`, expect.stringContaining('src="page.js"')])
  const script = await fetch(`${url}/limits/page.js`, { headers: { authorization } })
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')

  const post = async (path: string, body: object) => {
    const headers = { authorization, 'content-type': 'application/json', [ACTION_HEADER]: '1', origin: url }
    const answer = await fetch(`${url}/limits/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return answer.json()
  }
  const bob = { limiter: 'api', id: 'bob' }
  expect(await post('denied', {})).toEqual({
    shown: 'plain',
    identifiers: [{ ...bob, count: 3, error: 0 }],
    othersAtMost: 0,
  })
  expect(await post('lookup', bob)).toMatchObject({ allowed: false, windows: [{ limit: 5, used: 5, remaining: 0 }] })
  expect(await post('reset', bob)).toEqual({})
  expect(await call('bob')).toBe(200)
  expect(await post('trial', bob)).toMatchObject({ allowed: true, windows: [{ used: 2, remaining: 3 }] })
  expect(await post('refund', { ...bob, units: 9 })).toEqual({ windows: [{ givenBack: 2 }] })
  expect(await limiter.peek('bob')).toMatchObject({ remaining: 5 })
  expect(events.map(({ user, action, policy }) => [user, action, policy].join())).toEqual([
    'op,lookup,',
    'op,lookup,api',
    'op,reset,api',
    'op,trial,api',
    'op,refund,api',
  ])
  page.close()
})
