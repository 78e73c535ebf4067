import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { adjust, nth, only, range, take, usedOf } from '../asking/ask.ts'
import { adjusted, fresh, MAX } from '../asking/operations.ts'
import { type Case, type Context, expiryOf, type Topic } from '../context.ts'
import { endOf } from '../model/oracle.ts'
import { ANCHORS } from '../windows.ts'

const DAY = 86_400_000

/** Around where 32-bit milliseconds, `setTimeout` and seconds counted in 32 bits end. */
const LONG: readonly (readonly [string, number])[] = [
  ['2^31-2 ms', 2 ** 31 - 2],
  ['2^31-1 ms', 2 ** 31 - 1],
  ['2^31 ms', 2 ** 31],
  ['2^32 ms', 2 ** 32],
  ['30 days', 30 * DAY],
  ['a year', 365 * DAY],
  ['2^31 s', 2 ** 31 * 1000],
  ['2^53-1 ms', MAX],
]

function longCase([name, windowMs]: readonly [string, number]): Case {
  return {
    name: `a window of ${name} keeps its limit, its end and its expiry`,
    run: async (context) => {
      const { store, passTime } = context
      for (const anchor of ANCHORS) {
        const user = fresh()
        const own: Window = { limit: 4, windowMs, anchor }
        const reply = await take(store, user, own, { times: 3 })
        const end = endOf(own, reply.now)
        expect(only(reply)).toEqual({ used: 3, resetAt: end, generation: 0 })
        await passTime(20)
        const later = await take(store, user, own, { times: 3 })
        // A new window begins only where a multiple of the length fell within these 20 ms.
        if (only(later).resetAt === end) expect([later.timesTaken, only(later).used]).toEqual([1, 4])
        else expect([anchor, later.timesTaken, later.now >= (end ?? 0)]).toEqual(['epoch', 3, true])
        const expiry = await expiryOf(context, user, own)
        if (expiry !== 'unseen') {
          if (expiry === undefined) throw new Error('the counter is not stored')
          expect(expiry).toBeGreaterThan(0)
          expect(expiry).toBeLessThanOrEqual(windowMs)
        }
        expect((await adjust(store, user, adjusted(own, only(later), -1))).windows).toMatchObject([{ applied: -1 }])
      }
    },
  }
}

function shortCase(windowMs: number): Case {
  return {
    name: `windows of ${windowMs} ms each admit their limit`,
    run: async (context) => {
      for (const anchor of ANCHORS) await watchShort(context, { limit: 3, windowMs, anchor })
    },
  }
}

async function watchShort(context: Context, window: Window & { readonly windowMs: number }): Promise<void> {
  const { store, passTime } = context
  const user = fresh()
  const { windowMs, anchor, limit } = window
  const used = new Map<number, number>()
  for (const round of range(12)) {
    const reply = await take(store, user, window, { times: 2 })
    const { resetAt } = only(reply)
    const before = used.get(resetAt) ?? 0
    expect(reply.timesTaken).toBe(Math.min(2, limit - before))
    expect(only(reply).used).toBe(before + reply.timesTaken)
    expect(resetAt - reply.now).toBeLessThanOrEqual(windowMs)
    if (anchor === 'epoch') expect(resetAt).toBe(endOf(window, reply.now))
    used.set(resetAt, only(reply).used)
    const expiry = await expiryOf(context, user, window)
    if (expiry !== undefined && expiry !== 'unseen') expect(expiry).toBeLessThanOrEqual(windowMs)
    if (round % 4 === 3) await passTime(Math.ceil(windowMs / 4))
  }
  // First-hit windows may lie anywhere, but never one in another.
  const ends = [...used.keys()].sort((a, b) => a - b)
  for (const [i, end] of ends.slice(1).entries()) expect(end - nth(ends, i)).toBeGreaterThanOrEqual(windowMs)
  await passTime(windowMs)
  expect(await usedOf(store, user, window)).toBe(0)
}

/** From 1 ms to 2^53-1 ms. */
export const windowLengths: Topic = {
  name: 'window lengths',
  cases: [...LONG.map(longCase), ...[1, 2, 7, 50, 499].map(shortCase)],
}
