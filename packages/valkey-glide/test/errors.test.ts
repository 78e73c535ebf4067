import type { StoreError, Take } from '@rl/core'
import { type RedisServer, startRedis } from '@rl/test-servers'
import { GlideClient, type GlideClientConfiguration, Logger } from '@valkey/valkey-glide'
import { expect, onTestFinished, test } from 'vitest'
import { recommendedOptions, ValkeyGlideStore } from '../src/index.ts'

Logger.init('off')

const take: Take = {
  ...{ kind: 'take', scope: 'api', id: 'ann', costs: [1], times: 1 },
  windows: [{ limit: 50, windowMs: 10 ** 15, anchor: 'epoch' }],
}

async function start(...args: string[]): Promise<RedisServer> {
  const server = await startRedis({ args })
  onTestFinished(() => server.stop())
  return server
}

async function clientOf(port: number, options: Partial<GlideClientConfiguration> = {}): Promise<GlideClient> {
  const addresses = [{ host: '127.0.0.1', port }]
  const client = await GlideClient.createClient({ addresses, requestTimeout: 30_000, ...options })
  onTestFinished(() => client.close())
  return client
}

/** The error of a call, thrown or in the reply's place. */
async function failureOf(client: GlideClient): Promise<StoreError> {
  const [reply] = await new ValkeyGlideStore(client).apply([take]).catch((error: Error) => [error])
  expect(reply).toBeInstanceOf(Error)
  return reply as StoreError
}

test.each([
  ['NOPERM', ['ACL', 'SETUSER', 'default', '-evalsha']],
  ['READONLY', ['REPLICAOF', '127.0.0.1', '1']],
  ['OOM', ['CONFIG', 'SET', 'maxmemory', '1']],
])('%s proves that nothing ran', async (code, command) => {
  const server = await start()
  const client = await clientOf(server.port)
  await new ValkeyGlideStore(client).apply([{ ...take, id: 'warm-up' }])
  await server.command(...command)
  const { message, outcome } = await failureOf(client)
  expect([message, outcome]).toEqual([`Redis refused: ${code}`, 'not-executed'])
})

test('an error of another command inside the script proves nothing', async () => {
  const server = await start()
  const client = await clientOf(server.port)
  await server.command('ACL', 'SETUSER', 'default', '-time')
  const { message, outcome } = await failureOf(client)
  expect([message, outcome]).toEqual(['Redis answered with an error: ERR', 'unknown'])
})

test('a counter that holds no count fails its own operation', async () => {
  const server = await start()
  await server.command('SET', 'rl:1:{api:ann}', 'x')
  const { message, outcome } = await failureOf(await clientOf(server.port))
  expect([message, outcome]).toEqual(['the counter holds no count', 'not-executed'])
})

test('a client that is closed has sent nothing', async () => {
  const client = await clientOf((await start()).port)
  client.close()
  const { message, outcome, transient } = await failureOf(client)
  expect([message, outcome, transient]).toEqual(['the client is closed', 'not-executed', false])
})

test('calls beyond inflightRequestsLimit are not sent, and may be tried again', async () => {
  const { port } = await start()
  const other = new ValkeyGlideStore(await clientOf(port))
  await other.apply([{ ...take, costs: [0] }]) // loads the script
  const store = new ValkeyGlideStore(await clientOf(port, { inflightRequestsLimit: 3 }))
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => store.apply([take])))
  const errors = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as StoreError] : []))
  expect(errors.length).toBeGreaterThan(0)
  for (const { message, outcome, transient } of errors) {
    expect([message, outcome, transient]).toEqual(['the client has too many requests in flight', 'not-executed', true])
  }
  const [reply] = await other.apply([{ ...take, costs: [0] }])
  expect(reply).toMatchObject({ windows: [{ used: outcomes.length - errors.length }] })
})

test("calls that the client's circuit breaker refuses are not sent", async () => {
  const server = await start()
  const client = await clientOf(server.port, {
    requestTimeout: 50,
    clientCircuitBreaker: { minErrors: 1, failureRateThreshold: 0.01, countTimeouts: true, openTimeoutMs: 60_000 },
  })
  await server.command('CLIENT', 'PAUSE', '60000', 'ALL')
  await expect
    .poll(async () => {
      const { message, outcome } = await failureOf(client)
      return [message, outcome]
    })
    .toEqual(["the client's circuit breaker is open", 'not-executed'])
})

test('a call that timed out may have run', async () => {
  const server = await start()
  const client = await clientOf(server.port, { ...recommendedOptions, requestTimeout: 50 })
  await server.command('CLIENT', 'PAUSE', '300', 'ALL')
  const { message, outcome } = await failureOf(client)
  expect([message, outcome]).toEqual(['Redis did not answer (TimeoutError)', 'unknown'])
})
