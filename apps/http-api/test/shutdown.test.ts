import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { inOneMinute, used } from './counters.ts'
import { type Api, bearer, KEYS, startApi } from './start-api.ts'

const PATIENCE = { timeout: 30_000 }
const BODY = JSON.stringify({ password: 'secret' })

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

async function start(settings: Readonly<Record<string, string>> = {}): Promise<Api> {
  const api = await startApi(redis, settings)
  onTestFinished(() => api.stop())
  return api
}

/** A request of which all but the body's end was sent, and which has taken its units. `taken`: by it and those before it. */
async function requestInFlight(api: Api, agent = new Agent(), taken = 10): Promise<ClientRequest> {
  const headers = { ...bearer(KEYS.ann), 'content-type': 'application/json', 'content-length': BODY.length }
  const sent = request(`${api.url}/v1/hashes`, { method: 'POST', headers, agent })
  sent.write(BODY.slice(0, 5))
  await vi.waitFor(async () => expect(await used(redis)).toEqual([taken, taken]), PATIENCE)
  return sent
}

async function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return response
}

async function refused(api: Api): Promise<void> {
  const { hostname, port } = new URL(api.url)
  await vi.waitFor(async () => {
    const socket = connect(Number(port), hostname)
    const outcome = await new Promise((resolve) => {
      socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'))
    })
    socket.destroy()
    expect(outcome).toBe('refused')
  }, PATIENCE)
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: takes no new connection, answers what is in flight, and exits with 0',
  async (signal) => {
    await redis.command('FLUSHALL')
    const api = await start()
    const agent = new Agent({ keepAlive: true })
    const idle = await responseTo(request(`${api.url}/health`, { agent }).end())
    await text(idle) // its connection stays open, and must not keep the process
    const sent = await requestInFlight(api, agent)
    api.process.kill(signal)
    await refused(api)
    sent.end(BODY.slice(5))
    const response = await responseTo(sent)
    expect(response.statusCode).toBe(200)
    expect(response.headers.connection).toBe('close')
    expect(JSON.parse(await text(response))).toHaveProperty('hash')
    expect(await api.ended).toBe(0)
    agent.destroy()
  },
)

test('units are still given back while it closes', async () => {
  await inOneMinute(redis, async () => {
    const api = await start({ HASH_SLOTS: '0' })
    const sent = await requestInFlight(api)
    expect(await used(redis)).toEqual([10, 10])
    api.process.kill('SIGTERM')
    await refused(api)
    sent.end(BODY.slice(5))
    const response = await responseTo(sent)
    expect(response.statusCode).toBe(503)
    await text(response)
    expect(await api.ended).toBe(0)
    expect(await used(redis)).toEqual([0, 0])
  })
})

test('what waits to be given back leaves before the connection to Redis is closed', async () => {
  await inOneMinute(redis, async () => {
    const api = await start({ HASH_SLOTS: '0' })
    const requests = [await requestInFlight(api), await requestInFlight(api, new Agent(), 20)]
    // Redis answers no script for now, so that the second refund waits in the process for the reply to the first.
    await redis.command('CLIENT', 'PAUSE', '30000', 'WRITE')
    api.process.kill('SIGTERM')
    await refused(api)
    for (const sent of requests) {
      sent.end(BODY.slice(5))
      const response = await responseTo(sent)
      expect(response.statusCode).toBe(503)
      await text(response)
    }
    await vi.waitFor(() => expect(api.log()).toContain('draining'), PATIENCE)
    await redis.command('CLIENT', 'UNPAUSE')
    expect(await api.ended).toBe(0)
    expect(await used(redis)).toEqual([0, 0])
  })
})

test('a request that does not end is cut off, and the exit code says so', async () => {
  await redis.command('FLUSHALL')
  const api = await start({ GRACE_MS: '50' })
  const sent = await requestInFlight(api)
  const cut = once(sent, 'error')
  api.process.kill('SIGTERM')
  await cut
  expect(await api.ended).toBe(1)
  expect(api.log()).toContain('took too long')
})
