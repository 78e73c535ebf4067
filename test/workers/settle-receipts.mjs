// One of several processes that are all sent the same receipts, over connections that are cut: it settles each until it knows.
import { FixedWindowRateLimiter, StoreError } from '@rl/core'
import { settleReceipt } from '@rl/core/receipts'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'

const AT_ONCE = 5

process.once('message', async ({ port, limiter: options, sends }) => {
  const redis = new Redis({ ...recommendedOptions, port }).on('error', () => {})
  const limiter = new FixedWindowRateLimiter({
    ...options,
    store: new IoredisStore(redis),
    breaker: false,
    deadlineMs: 2000,
  })
  const settlements = []
  let failures = 0
  const left = [...sends]

  async function settleNext() {
    for (let send = left.pop(); send !== undefined; send = left.pop()) settlements.push(await settle(send))
  }

  async function settle({ receipt, actual }) {
    for (;;) {
      try {
        return await settleReceipt(limiter, receipt, actual)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        failures++
      }
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, settleNext))
  redis.disconnect()
  process.send({ settlements, failures }, () => process.disconnect())
})
