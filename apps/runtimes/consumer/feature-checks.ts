import { type CounterStore, FixedWindowRateLimiter } from '@rl/core'
import { calendar } from '@rl/core/calendar'
import { buffered, diagnosticsChannel, observe } from '@rl/core/observe'
import { receiptOf, settleReceipt } from '@rl/core/receipts'
import { shadow } from '@rl/core/shadow'
import { waitQueue } from '@rl/core/wait-queue'
import { type Checks, same } from './check.js'

/** Features that are imported beside the limiter, over every store and on every runtime. */
export function featureChecks(store: CounterStore): Checks {
  const limiterOf = (limit: number, window = '1h', name = crypto.randomUUID() as string): FixedWindowRateLimiter =>
    new FixedWindowRateLimiter({ name, store, limit, window, anchor: 'first-hit' })

  return {
    'a settlement charges what a call came to': async () => {
      const limiter = limiterOf(10)
      const { windows } = await limiter.settle(await limiter.limit('user', { cost: 8 }), 3)
      same(JSON.stringify(windows), '[{"state":"settled","cost":3,"remaining":7,"debt":0}]', 'windows')
    },
    'a receipt takes effect once, for a limiter of the same name': async () => {
      const name = crypto.randomUUID()
      const issuer = limiterOf(10, '1h', name)
      const receipt = receiptOf(issuer, await issuer.limit('user', { cost: 8 }))
      const worker = limiterOf(10, '1h', name)
      same((await settleReceipt(worker, receipt, 3)).repeated, false, 'repeated')
      same((await settleReceipt(worker, receipt, 3)).repeated, true, 'repeated, the second time')
      same((await worker.peek('user')).remaining, 7, 'remaining')
    },
    'a month of a calendar has its boundaries': async () => {
      const monthly = calendar('month', { timeZone: 'Europe/Paris', day: 31 })
      const [, begin = 0, end = 0] = monthly.endsAround(Date.UTC(2026, 1, 10))
      same(new Date(begin).toISOString(), '2026-01-30T23:00:00.000Z', 'begin')
      same(new Date(end).toISOString(), '2026-02-27T23:00:00.000Z', 'end')
    },
    'a limiter counts in a calendar window': async () => {
      const window = calendar('year', { timeZone: 'Asia/Kathmandu' })
      const limiter = new FixedWindowRateLimiter({ name: crypto.randomUUID(), store, limit: 2, window })
      const { remaining, resetAt } = await limiter.limit('user')
      same(remaining, 1, 'remaining')
      same(new Date(resetAt).toISOString().slice(4), '-12-31T18:15:00.000Z', 'resetAt')
    },
    'a limiter in shadow denies nobody and says what it would have done': async () => {
      const limiter = shadow(limiterOf(1))
      await limiter.limit('user')
      const decision = await limiter.limit('user')
      same(decision.allowed, true, 'allowed')
      same((await decision.shadow)?.allowed, false, 'allowed by the candidate')
    },
    'observers receive decisions, and commands if the store is sent any': async () => {
      const limiter = limiterOf(1)
      const decisions: string[] = []
      let commands = 0
      const observer = buffered({
        decision: ({ result, shareLeft }) => decisions.push(`${result}, ${shareLeft} left`),
        command: () => {
          commands++
        },
      })
      const stops = [limiter, store].flatMap((each) => [observe(each, observer), observe(each, diagnosticsChannel())])
      for (let call = 0; call < 2; call++) await limiter.limit('user')
      for (const stop of stops) stop()
      await limiter.limit('user')
      observer.flush()
      same(decisions.join('; '), 'allowed, 0 left; denied, 0 left', 'decisions')
      same(commands > 0, store.capabilities?.answersAtOnce === undefined, 'commands were told')
    },
    'a call waits for its window to end, or is denied at once': async () => {
      const short = waitQueue(limiterOf(1, '100ms'), { maxWaitMs: 60_000 })
      for (let call = 0; call < 3; call++) same(await short.isAllowed('user'), true, 'admitted')
      const long = waitQueue(limiterOf(1), { maxWaitMs: 60_000 })
      same(await long.isAllowed('user'), true, 'admitted by the long window')
      same(await long.isAllowed('user'), false, 'admitted beyond the limit')
    },
  }
}
