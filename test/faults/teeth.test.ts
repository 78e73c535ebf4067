import { StoreError } from '@rl/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Disturbance, Stage } from './stage.ts'
import { trial } from './trial.ts'

let stage: Stage
beforeAll(async () => {
  stage = await Stage.open('ioredis', { between: 'limiter and store' })
})
afterAll(() => stage?.close())

function oneTaken(replies: unknown): readonly unknown[] {
  return (replies as readonly object[]).map((reply) => ({ ...reply, timesTaken: 1 }))
}

test.each<[string, string, Disturbance]>([
  ['charges twice', 'double charge', (send) => send().then(send)],
  [
    'says that nothing ran when it did',
    'double charge',
    (send) => send().then(() => Promise.reject(new StoreError('no', { outcome: 'not-executed' }))),
  ],
  ['admits what it did not count', 'over-admission', (send) => send().then(oneTaken)],
])('a trial fails for a store that %s', async (_, violation, disturbance) => {
  const failed = trial(
    stage,
    async (traffic) => {
      stage.disturbance = disturbance
      await traffic.turnOver()
      await traffic.turnOver()
      stage.disturbance = undefined
    },
    { failures: 'any', breaker: false },
  )
  await expect(failed).rejects.toThrow(violation)
})
