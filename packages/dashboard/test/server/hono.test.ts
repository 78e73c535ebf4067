import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { ACTION_HEADER } from '../../src/messages.ts'
import { dashboardWithin } from '../../src/server/dashboard.ts'
import { ProcessLimits } from '../../src/server/process-limits.ts'
import { limiterOf } from './support.ts'

test('in Hono, behind a server that makes its own requests, page, stream and actions work', async () => {
  const page = dashboardWithin(new ProcessLimits(), {
    limiters: [limiterOf()],
    authorize: (request: Request) => request.headers.has('cookie'),
  })
  const app = new Hono()
  app.all('/admin/limits/*', (context) => page.fetch(context.req.raw))
  const port = await new Promise<number>((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => resolve(info.port)) as Server
    onTestFinished(() => {
      page.close()
      server.closeAllConnections()
      server.close()
    })
  })
  const origin = `http://127.0.0.1:${port}`
  const get = (path: string, signal?: AbortSignal) =>
    fetch(`${origin}/admin/limits/${path}`, { headers: { cookie: 'session=1' }, ...(signal && { signal }) })

  expect((await fetch(`${origin}/admin/limits/`)).status).toBe(403)
  expect(await get('').then((answer) => answer.text())).toContain('<!doctype html>')
  const headers = { cookie: 'session=1', 'content-type': 'application/json', [ACTION_HEADER]: '1', origin }
  const post = (body: string) => fetch(`${origin}/admin/limits/lookup`, { method: 'POST', headers, body })
  const answer = await post(JSON.stringify({ limiter: 'api', id: 'bob' }))
  expect(await answer.json()).toMatchObject({ allowed: true, windows: [{ remaining: 5 }] })
  expect((await post(JSON.stringify({ limiter: 'api', id: 'x'.repeat(20_000) }))).status).toBe(413)

  // Those who leave make room, as the server tells the stream of it.
  for (let nth = 0; nth < 25; nth++) {
    const leaving = new AbortController()
    const stream = () => get('stream', leaving.signal)
    let answer = await stream()
    await expect
      .poll(async () => {
        if (answer.status === 503) answer = await stream()
        return answer.status
      })
      .toBe(200)
    leaving.abort()
  }
})
