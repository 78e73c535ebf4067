import { expect, test } from 'vitest'
import { type DecisionEvent, observe } from '../../src/observe/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { inTurn } from '../support/helpers.ts'
import { limiterOn } from '../support/limiter.ts'

test('decisions of the store', async () => {
  const events: DecisionEvent[] = []
  const limiter = limiterOn(new FakeStore({ label: 'fake' }), { limit: 2 })
  const stop = observe(limiter, { decision: (event) => events.push(event) })
  await inTurn(3, () => limiter.limit('a'))
  await limiter.isAllowed('a')
  await limiter.peek('b')
  stop()
  await limiter.limit('a')
  expect(events.map(({ operation, result, shareLeft }) => [operation, result, shareLeft])).toEqual([
    ['limit', 'allowed', 0.5],
    ['limit', 'allowed', 0],
    ['limit', 'denied', 0],
    ['limit', 'denied', 0],
    ['peek', 'allowed', 1],
  ])
  expect(events[0]).toMatchObject({ policy: 'api', store: 'fake', source: 'store', isShadow: false, id: undefined })
})

test('commands', async () => {
  const events: unknown[] = []
  const store = new FakeStore({ label: 'fake' })
  const limiter = limiterOn(store)
  observe(store, { command: (event) => events.push(event) })
  await Promise.all([limiter.limit('a'), limiter.limit('a'), limiter.limit('b')])
  expect(events).toMatchObject([{ store: 'fake', takes: 2, changes: 0, callers: 3, outcome: 'answered' }])
})
