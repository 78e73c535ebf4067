import { describe, expect, test } from 'vitest'
import { lease } from '../../src/fast-paths/index.ts'
import type { Take, TakeReply, Window } from '../../src/index.ts'
import { T0 } from '../support/fake-store.ts'

// Commands that are under way together may be answered in any order.

const windows: readonly Window[] = [{ limit: 1000, windowMs: 60_000, anchor: 'epoch' }]
const END = T0 + 30_000

function play(now: number) {
  const path = lease({ share: 1, maxKeys: 10, maxAgeMs: 1000 })({ scope: 'x' })
  const learn = (callers: number, times: number, reply: TakeReply, sentAt: number, receivedAt: number) => {
    const take: Take = { kind: 'take', scope: 'x', id: 'a', windows, costs: [1], times }
    path.learn(take, callers, reply, { sentAt, receivedAt })
  }
  const reply = (timesTaken: number, used: number, at = T0, resetAt = END, generation = 0): TakeReply => {
    return { timesTaken, now: at, windows: [{ used, resetAt, generation }] }
  }
  const served = () => {
    const asked = { id: 'a', request: { limiter: {}, cost: 1, costs: [1], windows, isPeek: false } }
    let count = 0
    while (path.answer(asked, now) !== undefined) count++
    return count
  }
  return { learn, reply, served }
}

describe('an answer that a newer one has overtaken', () => {
  test.each([0, 1])('adds its units to those of the other, which it leaves, %d ms apart', (apart) => {
    const { learn, reply, served } = play(12)
    learn(1, 6, reply(6, 12, T0 + apart), 1, 10) // took 7 to 12, of which 7 was asked for
    learn(1, 6, reply(6, 6, T0), 0, 11) // took 1 to 6 before
    expect(served()).toBe(10)
  })

  test('is no news of a window that is over', () => {
    const { learn, reply, served } = play(12)
    learn(1, 6, reply(6, 6, END, END + 60_000), 1, 10)
    learn(1, 6, reply(6, 900, END - 1), 0, 11)
    expect(served()).toBe(5)
  })
})

describe('units are dropped when the counter was cleared', () => {
  test('as the generation tells', () => {
    const { learn, reply, served } = play(12)
    learn(1, 6, reply(6, 6), 0, 10)
    learn(1, 3, reply(3, 3, T0, END, 1), 10.1, 11)
    expect(served()).toBe(2)
  })

  test('and not because the count fell: units were given back', () => {
    const { learn, reply, served } = play(12)
    learn(1, 6, reply(6, 106), 0, 10)
    learn(1, 3, reply(3, 9), 10.1, 11)
    expect(served()).toBe(7)
  })
})
