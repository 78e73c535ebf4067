import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FixedWindowRateLimiter } from '@rl/core'
import { type ReceiptSettlement, receiptOf } from '@rl/core/receipts'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { startFaultProxy, startRedis, tenthUnlessThorough } from '@rl/test-servers'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'

const RECEIPTS = tenthUnlessThorough(1000)
const PROCESSES = 4
const SENDS = 10
const LIMITER = { name: 'receipts', limit: 1000, window: '1d', anchor: 'first-hit' } as const

interface Outcome {
  readonly settlements: readonly ReceiptSettlement[]
  readonly failures: number
}

test(`${RECEIPTS} receipts, each sent ${SENDS} times by ${PROCESSES} processes under cut connections, take effect once`, async () => {
  const server = await startRedis()
  const redis = new Redis({ ...recommendedOptions, port: server.port })
  const limiter = new FixedWindowRateLimiter({ ...LIMITER, store: new IoredisStore(redis) })
  const ids = Array.from({ length: RECEIPTS }, (_, i) => `user_${i}`)
  const receipts: string[] = []
  for (const id of ids) {
    receipts.push(receiptOf(limiter, await limiter.limit(id, { cost: 100 })))
    await limiter.limit(id, { cost: 50 })
  }
  // Every other one goes down, the others up. Each send names another amount, the first of which counts.
  const actualOf = (i: number, nth: number): number => (i % 2 === 0 ? nth : 100 + nth)
  const outcomes = await Promise.all(
    Array.from({ length: PROCESSES }, async (_, process): Promise<Outcome> => {
      const kinds = ['cut-before', 'cut-after'] as const
      const proxy = await startFaultProxy({
        targetPort: server.port,
        protocol: 'resp',
        seed: process,
        rate: 0.2,
        kinds,
      })
      const sends = receipts.flatMap((receipt, i) => {
        const own = Array.from({ length: SENDS }, (_, nth) => nth).filter((nth) => nth % PROCESSES === process)
        return own.map((nth) => ({ receipt, actual: actualOf(i, nth) }))
      })
      try {
        return await outcomeOf({ port: proxy.port, limiter: LIMITER, sends })
      } finally {
        await proxy.stop()
      }
    }),
  )
  const settlements = outcomes.flatMap((outcome) => outcome.settlements)
  expect(settlements).toHaveLength(RECEIPTS * SENDS)
  // Connections were cut, and with them receipts were sent again.
  for (const { failures } of outcomes) expect(failures).toBeGreaterThan(0)
  let once = 0
  for (const [i, id] of ids.entries()) {
    const charged = 1000 - (await limiter.peek(id)).remaining - 50
    const possible = Array.from({ length: SENDS }, (_, nth) => actualOf(i, nth))
    if (possible.includes(charged)) once++
  }
  expect(once).toBe(RECEIPTS)
  expect(settlements.filter(({ repeated }) => !repeated).length).toBeLessThanOrEqual(RECEIPTS)
  redis.disconnect()
  await server.stop()
})

function outcomeOf(order: object): Promise<Outcome> {
  const worker = fork(fileURLToPath(new URL('./workers/settle-receipts.mjs', import.meta.url)), { execArgv: [] })
  return new Promise((resolve, reject) => {
    worker.once('message', (outcome: Outcome) => resolve(outcome))
    worker.once('exit', (code) => reject(new Error(`a process ended with code ${code}`)))
    worker.send(order)
  })
}
