import { once } from 'node:events'
import { request as send } from 'node:http'
import { connect as connectHttp2, createServer } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import express, { type RequestHandler } from 'express'
import { describe, expect, test } from 'vitest'
import { ACTION_HEADER } from '../../src/messages.ts'
import { dashboardWithin } from '../../src/server/dashboard.ts'
import type { OpenStream } from '../../src/server/http/exchange.ts'
import { answerNode } from '../../src/server/http/node.ts'
import { ProcessLimits } from '../../src/server/process-limits.ts'
import { limiterOf, listening } from './support.ts'

const bob = { limiter: 'api', id: 'bob' }
const HEADERS = { 'content-type': 'application/json', [ACTION_HEADER]: '1' }

async function mounted(before: readonly RequestHandler[] = [], limits: ProcessLimits = new ProcessLimits()) {
  const page = dashboardWithin(limits, { limiters: [limiterOf()], authorize: () => true })
  const app = express()
  app.use(...before, (_, __, next) => next())
  app.use('/limits', page.node)
  const url = await listening(app)
  const post = (path: string, body: string) =>
    fetch(`${url}/limits/${path}`, { method: 'POST', headers: { ...HEADERS, origin: url }, body })
  return { page, url, post }
}

function isFree(limits: ProcessLimits): boolean {
  try {
    limits.takeStream()()
    return true
  } catch {
    return false
  }
}

describe('under Node', () => {
  test.each([
    ['express.json()', [express.json()]],
    ['express.text()', [express.text({ type: '*/*' })]],
    ['express.raw()', [express.raw({ type: '*/*' })]],
    ['nothing', []],
  ])('a body is read behind %s', async (_, before) => {
    const { page, post } = await mounted(before)
    const answer = await post('lookup', JSON.stringify(bob))
    expect([answer.status, await answer.json()]).toMatchObject([200, { allowed: true }])
    expect((await post('lookup', '{')).status).toBe(400)
    page.close()
  })

  test('a body that was read by others is refused', async () => {
    const { page, post } = await mounted([(request, _, next) => request.resume().on('end', () => next())])
    expect((await post('lookup', JSON.stringify(bob))).status).toBe(400)
    page.close()
  })

  test('a body of many bytes is not read to its end', async () => {
    const { page, url } = await mounted()
    const { port } = new URL(url)
    const status = await new Promise((resolve, reject) => {
      const headers = { ...HEADERS, origin: url, 'transfer-encoding': 'chunked' }
      const posting = send(
        { host: '127.0.0.1', port, path: '/limits/lookup', method: 'POST', headers },
        ({ statusCode }) => {
          posting.destroy()
          resolve(statusCode)
        },
      )
      posting.on('error', reject)
      // Never ended: an answer comes all the same.
      posting.write(`{"limiter":"${'x'.repeat(20_000)}`)
    })
    expect(status).toBe(413)
    page.close()
  })

  test('the own origin has the scheme that Express knows of', async () => {
    const page = dashboardWithin(new ProcessLimits(), { limiters: [limiterOf()], authorize: () => true })
    const app = express().set('trust proxy', true).use('/limits', page.node)
    const url = await listening(app)
    const post = (origin: string) => {
      const headers = { ...HEADERS, origin, 'x-forwarded-proto': 'https' }
      return fetch(`${url}/limits/lookup`, { method: 'POST', headers, body: JSON.stringify(bob) })
    }
    expect((await post(url.replace('http:', 'https:'))).status).toBe(200)
    expect((await post(url)).status).toBe(403)
    page.close()
  })

  test('a reader that leaves gives its place back', async () => {
    const { page, url } = await mounted()
    const open = Array.from({ length: 20 }, () => new AbortController())
    for (const { signal } of open) expect((await fetch(`${url}/limits/stream`, { signal })).status).toBe(200)
    expect((await fetch(`${url}/limits/stream`)).status).toBe(503)
    open[7]?.abort()
    const again = new AbortController()
    await expect
      .poll(() => fetch(`${url}/limits/stream`, { signal: again.signal }).then(({ status }) => status))
      .toBe(200)
    for (const each of [...open, again]) each.abort()
    page.close()
  })

  test('a request that is gone before its answer takes no place', async () => {
    const limits = new ProcessLimits()
    let permit = (): void => {}
    const page = dashboardWithin(limits, {
      limiters: [limiterOf()],
      authorize: () =>
        new Promise<true>((resolve) => {
          permit = () => resolve(true)
        }),
    })
    const left: Promise<void>[] = []
    const url = await listening((request, response) => {
      left.push(page.node(request, response))
      request.socket.on('close', () => permit())
    })
    for (let nth = 0; nth < 3; nth++) {
      const socket = connect(Number(new URL(url).port))
      socket.write('GET /stream HTTP/1.1\r\nhost: x\r\n\r\n')
      await expect.poll(() => left.length).toBe(nth + 1)
      socket.destroy()
      await left[nth]
    }
    const places = Array.from({ length: 20 }, () => limits.takeStream())
    for (const giveBack of places) giveBack()
    page.close()
  })

  test('what a client does not take is counted, until it is dropped', async () => {
    let unsent = 0
    const url = await listening((request, response) => {
      const open: OpenStream = (sink) => {
        for (let nth = 0; nth < 30; nth++) sink.write('x'.repeat(1_000_000))
        unsent = sink.unsent
        sink.drop()
        return () => {}
      }
      void answerNode(request, response, async () => ({ status: 200, headers: {}, body: open }))
    })
    const socket = connect(Number(new URL(url).port)).pause()
    socket.on('error', () => {})
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    await new Promise<void>((resolve) => socket.once('close', () => resolve()).resume())
    expect(unsent).toBeGreaterThan(10_000_000)
  })

  test('HTTP/2 works as well', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const limits = new ProcessLimits()
    const page = dashboardWithin(limits, { limiters: [limiterOf()], authorize: () => true })
    const server = createServer((request, response) => page.node(request, response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const session = connectHttp2(url)
    const ask = async (path: string, id?: string) => {
      const posting = { ...HEADERS, ':method': 'POST', origin: url }
      const stream = session.request({ ':path': path, ...(id && posting) })
      stream.end(id && JSON.stringify({ ...bob, id }))
      const [headers] = await once(stream, 'response')
      return { status: headers[':status'], stream }
    }
    expect((await ask('/')).status).toBe(200)
    expect((await ask('/lookup', 'bob')).status).toBe(200)
    expect((await ask('/lookup', 'x'.repeat(20_000))).status).toBe(413)
    for (let nth = 0; nth < 20; nth++) expect((await ask('/stream')).status).toBe(200)
    expect((await ask('/stream')).status).toBe(503)
    session.destroy()
    await expect.poll(() => isFree(limits)).toBe(true)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
    page.close()
    server.close()
  })

  test('closing ends the streams', async () => {
    const { page, url } = await mounted()
    const answer = await fetch(`${url}/limits/stream`)
    page.close()
    expect(await answer.text()).toContain('event: snapshot')
  })
})
