import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { type RedisServer, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mostTokensOf } from '../src/chat.ts'
import { createLimiter } from '../src/limiter.ts'
import { type GatewayProcess, startGateway } from './start-gateway.ts'

const PROCESSES = 4
const REQUESTS = tenthUnlessThorough(1000)

let server: RedisServer
let gateways: GatewayProcess[]

beforeAll(async () => {
  server = await startRedis()
  gateways = await Promise.all(Array.from({ length: PROCESSES }, () => startGateway(server.url)))
})

afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.kill()))
  await server.stop()
})

/** Of today's window, which is open longest: what all processes together have charged. */
async function usedTokens(): Promise<number> {
  const redis = new Redis({ ...recommendedOptions, port: server.port })
  const { windows } = await createLimiter(new IoredisStore(redis)).peek('acme')
  redis.disconnect()
  const today = windows[2]
  return today === undefined ? Number.NaN : today.limit - today.remaining
}

test(`${PROCESSES} processes charge what was used, even if clients leave, and lose what a killed one had reserved`, async () => {
  let reservedByOpen = 0
  /** Reads to the end, leaves early, or finds the process killed. */
  const ask = async (i: number): Promise<void> => {
    const gateway = gateways[i % PROCESSES] as GatewayProcess
    const chat = { prompt: `request ${i}`, maxTokens: 20 + (i % 30) }
    const controller = new AbortController()
    try {
      const response = await gateway.chat(chat.prompt, chat.maxTokens, controller.signal)
      if (response.status !== 200) return void (await response.text())
      if (i % 3 === 0) return controller.abort()
      await response.text()
    } catch {
      // It was killed: what it had said of the request is counted below.
    }
  }
  for (let i = 0; i < REQUESTS; i += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, k) => ask(i + k)))
  }
  // Streams that nobody reads to the end, on the process that is killed then.
  const [victim, ...others] = gateways as [GatewayProcess, ...GatewayProcess[]]
  const open = Array.from({ length: 5 }, (_, i) => ({ prompt: `open ${i}`, maxTokens: 4000 }))
  for (const { prompt, maxTokens } of open) {
    const response = await victim.chat(prompt, maxTokens)
    expect(response.status).toBe(200)
    response.text().catch(() => {})
  }
  await victim.kill()
  await Promise.all(others.map((gateway) => gateway.stop()))

  const usages = gateways.flatMap((gateway) => gateway.usages)
  expect(usages.every(({ isSettled }) => isSettled)).toBe(true)
  expect(usages.some(({ used, reserved }) => used < reserved)).toBe(true)
  const told = usages.reduce((sum, { used }) => sum + used, 0)
  reservedByOpen += open.reduce((sum, chat) => sum + mostTokensOf(chat), 0)
  // The reservations of the killed process stay charged until the window ends. All else is what was used, to the token.
  const settledOfOpen = victim.usages.filter(({ reserved }) => reserved > 1000)
  const unsettled = reservedByOpen - settledOfOpen.reduce((sum, { reserved }) => sum + reserved, 0)
  expect(await usedTokens()).toBe(told + unsettled)
})
