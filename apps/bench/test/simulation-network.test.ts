import { FixedWindowRateLimiter } from '@rl/core'
import { expect, test } from 'vitest'
import { onNetwork } from '../src/simulation/network.ts'

test('commands that leave a turn apart leave at the same simulated time', async () => {
  const departures = await onNetwork({ roundTripMs: 1, parallelism: 3 }, async (network) => {
    const departed: number[] = []
    const store = network.remote()
    const limiter = new FixedWindowRateLimiter({
      name: 'api',
      store: {
        ...store,
        apply: (operations) => {
          departed.push(network.now)
          return store.apply(operations)
        },
      },
      limit: 1,
      window: '1d',
    })
    const answers = Array.from({ length: 90 }, (_, i) => limiter.limit(`user_${i}`))
    await network.settled()
    await network.passUntil(1)
    await Promise.all(answers)
    return departed
  })
  expect(departures).toEqual([0, 0, 0])
})
