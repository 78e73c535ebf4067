import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, epochEnd, fresh, MAX, nth, only, range, refund, usedOf } from '../asking.ts'
import type { Case, Context, Topic } from '../context.ts'

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
    run: async ({ store, harness }) => {
      for (const anchor of ANCHORS) {
        const key = fresh()
        const window: Window = { limit: 4, windowMs, anchor }
        const reply = await ask(store, key, window, { times: 3 })
        const end = anchor === 'epoch' ? epochEnd(reply.now, windowMs) : Math.min(reply.now + windowMs, MAX)
        expect(only(reply)).toEqual({ used: 3, resetAt: end })
        await harness.passTime(20)
        const later = await ask(store, key, window, { times: 3 })
        // Only where a multiple of the length fell within these 20 ms does a new window begin.
        if (only(later).resetAt === end) expect([later.taken, only(later).used]).toEqual([1, 4])
        else expect([anchor, later.taken, later.now >= end]).toEqual(['epoch', 3, true])
        const expiry = await harness.expiresInMs({ key, window })
        expect(expiry).toBeGreaterThan(0)
        expect(expiry).toBeLessThanOrEqual(windowMs)
        expect((await refund(store, key, [window], later, 1)).refunded).toEqual([1])
      }
    },
  }
}

function shortCase(windowMs: number): Case {
  return {
    name: `windows of ${windowMs} ms each admit their limit`,
    run: async (context) => {
      await Promise.all(ANCHORS.map((anchor) => watchShort(context, { limit: 3, windowMs, anchor })))
    },
  }
}

async function watchShort({ store, harness }: Context, window: Window): Promise<void> {
  const key = fresh()
  const { windowMs, anchor, limit } = window
  const used = new Map<number, number>()
  for (const round of range(12)) {
    const reply = await ask(store, key, window, { times: 2 })
    const { resetAt } = only(reply)
    const before = used.get(resetAt) ?? 0
    expect(reply.taken).toBe(Math.min(2, limit - before))
    expect(only(reply).used).toBe(before + reply.taken)
    expect(resetAt - reply.now).toBeGreaterThan(0)
    expect(resetAt - reply.now).toBeLessThanOrEqual(windowMs)
    if (anchor === 'epoch') expect(resetAt).toBe(epochEnd(reply.now, windowMs))
    used.set(resetAt, only(reply).used)
    const expiry = await harness.expiresInMs({ key, window })
    if (expiry !== undefined) expect(expiry).toBeLessThanOrEqual(windowMs)
    if (round % 4 === 3) await harness.passTime(Math.ceil(windowMs / 4))
  }
  // First-hit windows may lie anywhere, but never one in another.
  const ends = [...used.keys()].sort((a, b) => a - b)
  for (const [i, end] of ends.slice(1).entries()) expect(end - nth(ends, i)).toBeGreaterThanOrEqual(windowMs)
  await harness.passTime(windowMs)
  expect(await usedOf(store, key, window)).toBe(0)
}

/** From 1 ms to 2^53-1 ms. */
export const windowLengths: Topic = {
  name: 'long and sub-second windows',
  cases: [...LONG.map(longCase), ...[1, 2, 7, 50, 499].map(shortCase)],
}
