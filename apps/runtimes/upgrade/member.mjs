// A process of a fleet, with the version of the packages that is installed where this file lies.
// `member.mjs 4` has four callers, who ask until the message `stop`; any other message is a receipt to settle.
import { setTimeout as sleep } from 'node:timers/promises'
import { FixedWindowRateLimiter } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { lease } from '@rl/core/fast-paths'
import { receiptOf, settleReceipt } from '@rl/core/receipts'
import { IoredisStore, recommendedOptions } from '@rl/ioredis'
import { Redis } from 'ioredis'

const callers = Number(process.argv[2])
const redis = new Redis(process.env.REDIS_URL, recommendedOptions)
const store = new IoredisStore(redis)
const limiterOf = (name, options) => new FixedWindowRateLimiter({ name, store, deadlineMs: 60_000, ...options })

const limiters = [
  limiterOf('epoch', { limit: 20, window: 400 }),
  limiterOf('first-hit', { limit: 300, window: '1h', anchor: 'first-hit' }),
  limiterOf('two', {
    windows: [
      { unit: 'requests', limit: 300, window: '1h', anchor: 'first-hit' },
      { unit: 'tokens', limit: 1e9, window: '1d' },
    ],
  }),
  limiterOf('month', { limit: 300, window: calendar('month', { timeZone: 'Europe/Berlin', day: 17 }) }),
  limiterOf('leased', { limit: 400, window: 400, fastPaths: [lease({ share: 0.1 })] }),
]
const budget = limiterOf('budget', { limit: 1_000_000, window: '30d', anchor: 'first-hit' })

/** By limiter and end of the window. */
const answers = {}
let calls = 0
let isStopping = false
const settling = []

process.on('message', (message) => {
  if (message === 'stop') isStopping = true
  else settling.push(settle(message))
})
// However the test ends, so does this.
process.on('disconnect', () => process.exit())
await budget.peek('user')
process.send({ type: 'ready' })
await Promise.all([untilStopped(), ...Array.from({ length: callers }, ask)])
await Promise.all(settling)
for (const limiter of limiters) await limiter.drain()
const { remaining } = await budget.peek('user')
process.send({ type: 'ended', answers, remaining })
await redis.quit()
process.disconnect()

async function ask() {
  while (!isStopping) {
    await Promise.all(limiters.map(askOne))
    const decision = await budget.limit('user', { cost: 2 })
    process.send({ type: 'receipt', receipt: receiptOf(budget, decision) })
    calls += 1
    process.send({ type: 'calls', calls })
    await sleep(10)
  }
}

async function askOne(limiter) {
  const cost = limiter.name === 'two' ? { requests: 1, tokens: 5 } : 1
  const { allowed, resetAt } = await limiter.limit('user', { cost })
  const window = `${limiter.name} ${resetAt}`
  answers[window] ??= { admitted: 0, denied: 0 }
  answers[window][allowed ? 'admitted' : 'denied'] += 1
}

async function settle(receipt) {
  const { repeated } = await settleReceipt(budget, receipt, 1)
  process.send({ type: 'settled', repeated })
}

async function untilStopped() {
  while (!isStopping) await sleep(20)
}
