import { describe, expect, test } from 'vitest'
import type { Take, TakeReply, Window } from '../../src/index.ts'
import { Leases } from '../../src/local/lease.ts'
import { T0 } from '../support.ts'

// Commands that are under way together may be answered in any order.

const windows: readonly Window[] = [{ limit: 1000, windowMs: 60_000, anchor: 'epoch' }]
const END = T0 + 30_000

function play(now: number) {
  const leases = new Leases({ share: 1, maxKeys: 10, maxAgeMs: 1000 }, {})
  const learn = (calls: number, times: number, reply: TakeReply, sentAt: number, receivedAt: number) => {
    const take: Take = { key: 'x:a', windows, cost: 1, times }
    leases.learn('a', take, calls, reply, { sentAt, receivedAt })
  }
  const reply = (taken: number, used: number, at = T0, resetAt = END): TakeReply => {
    return { taken, now: at, windows: [{ used, resetAt }] }
  }
  const served = () => {
    let count = 0
    while (leases.serve({ id: 'a', cost: 1, peek: false }, windows, now) !== undefined) count++
    return count
  }
  return { learn, reply, served }
}

describe('an answer that was overtaken', () => {
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

test('an answer to what was sent later, with a lower count, tells of a reset', () => {
  const { learn, reply, served } = play(12)
  learn(1, 6, reply(6, 6), 0, 10)
  learn(1, 3, reply(3, 3), 10.1, 11)
  expect(served()).toBe(2)
})
