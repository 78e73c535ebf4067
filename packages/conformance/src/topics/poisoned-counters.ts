import type { CounterStore, RefundReply, TakeReply, Window } from '@rl/core'
import { StoreError } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, ask, fresh, limiterOf, nth, only, range, refund, takeOf, usedOf } from '../asking.ts'
import type { Case, Context, Topic } from '../context.ts'
import type { Unreadable } from '../harness.ts'

const KINDS: readonly Unreadable[] = ['wrong type', 'not a number']

/** A counter of 3 used units that was then made unreadable, where the storage lets that happen. */
async function poisoned(context: Context, window: Window, how: Unreadable): Promise<string> {
  const key = fresh()
  await ask(context.store, key, window, { cost: 3 })
  await context.harness.poison({ key, window }, how)
  return key
}

/** An error in the reply's place, or, where a counter can't become unreadable, the reply that is due. */
function expectErrorOr(reply: TakeReply | Error | undefined, due: { taken: number; used: number }): void {
  if (reply instanceof Error) return
  expect(reply).toBeDefined()
  if (reply !== undefined) expect({ taken: reply.taken, used: only(reply).used }).toEqual(due)
}

function readable(replies: readonly (TakeReply | Error)[]): readonly unknown[] {
  return replies.map((reply) => (reply instanceof Error ? reply : [reply.taken, only(reply).used]))
}

function perKind(how: Unreadable): readonly Case[] {
  return [
    ...ANCHORS.map(
      (anchor): Case => ({
        name: `fails its own take and is not overwritten (${how}, ${anchor})`,
        run: async (context) => {
          const { store, window } = context
          const key = await poisoned(context, window(10, anchor), how)
          const [first] = await store.take([takeOf(key, window(10, anchor))])
          expectErrorOr(first, { taken: 1, used: 4 })
          // What was overwritten could be read from now on.
          const later = await store.take([
            takeOf(key, window(10, anchor), { cost: 0 }),
            takeOf(key, window(10, anchor), { cost: 2 }),
            takeOf(key, window(10, anchor), { cost: 99 }),
          ])
          const errors = later.map((reply) => reply instanceof Error)
          expect(errors).toEqual(errors.map(() => first instanceof Error))
          expectErrorOr(later[2], { taken: 0, used: 6 })
        },
      }),
    ),
    {
      name: `leaves its neighbours in a list alone (${how})`,
      run: async (context) => {
        const { store, window } = context
        const bad = await poisoned(context, window(10), how)
        const [a, b] = [fresh(), fresh()]
        const replies = await store.take([
          takeOf(a, window(10)),
          takeOf(bad, window(10)),
          takeOf(b, window(10), { times: 3 }),
          takeOf(bad, window(10)),
          takeOf(a, window(10), { cost: 9 }),
          takeOf(a, window(10)),
        ])
        expect(replies).toHaveLength(6)
        expectErrorOr(replies[1], { taken: 1, used: 4 })
        expectErrorOr(replies[3], { taken: 1, used: 5 })
        expect(readable([0, 2, 4, 5].map((i) => nth(replies, i)))).toEqual([
          [1, 1],
          [3, 3],
          [1, 10],
          [0, 10],
        ])
        expect(await usedOf(store, a, window(10))).toBe(10)
        expect(await usedOf(store, b, window(10))).toBe(3)
      },
    },
    {
      name: `takes nothing from the other windows of its take (${how})`,
      run: async (context) => {
        const { store, harness, longMs } = context
        for (const place of range(3)) {
          const windows = longMs.map((windowMs, i): Window => ({ limit: 10, windowMs, anchor: nth(ANCHORS, i % 2) }))
          const key = await poisoned(context, nth(windows, place), how)
          const [present, absent] = windows.filter((_, i) => i !== place) as [Window, Window]
          await ask(store, key, present, { cost: 2 })
          const [reply] = await store.take([takeOf(key, windows)])
          const charged = reply instanceof Error ? 0 : 1
          expect(await usedOf(store, key, present)).toBe(2 + charged)
          expect(await usedOf(store, key, absent)).toBe(charged)
          if (charged === 0) expect(await harness.expiresInMs({ key, window: absent })).toBeUndefined()
        }
      },
    },
    {
      name: `is not overwritten by a refund (${how})`,
      run: async (context) => {
        const { store, window } = context
        const key = fresh()
        const taken = await ask(store, key, window(10), { cost: 3 })
        await context.harness.poison({ key, window: window(10) }, how)
        const failing = (await store.take([takeOf(key, window(10))]))[0] instanceof Error
        const refunded = await orUndefined(refund(store, key, [window(10)], taken, 2))
        if (failing && refunded !== undefined) expect(refunded.refunded).toEqual([0])
        const [after] = await store.take([takeOf(key, window(10))])
        expect(after instanceof Error).toBe(failing)
        expectErrorOr(after, { taken: 1, used: 3 })
      },
    },
    {
      name: `is readable again after a reset (${how})`,
      run: async (context) => {
        const { store, window } = context
        const key = await poisoned(context, window(10), how)
        await store.clear({ key, windows: [window(10)] })
        expect((await ask(store, key, window(10), { times: 99 })).taken).toBe(10)
      },
    },
    {
      name: `fails a limiter's call, and no other call that travels with it (${how})`,
      run: async (context) => {
        const [store, keys] = listening(context.store)
        const limiter = limiterOf(context, store, 10)
        await limiter.limit('bad', { cost: 3 })
        await context.harness.poison({ key: nth(keys, 0), window: nth(limiter.windows, 0) }, how)
        const ids = ['a', 'bad', 'b', 'bad', 'a']
        const settled = await Promise.allSettled(ids.map((id) => limiter.limit(id)))
        const bad = settled.filter((_, i) => ids[i] === 'bad')
        for (const each of bad) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(StoreError)
        const good = settled.flatMap((each, i) =>
          ids[i] === 'bad' ? [] : [each.status === 'fulfilled' ? each.value.remaining : each.reason],
        )
        expect(good).toEqual([9, 9, 8])
      },
    },
  ]
}

/** Where a refund of what can't be read may as well reject. */
async function orUndefined(refunding: Promise<RefundReply>): Promise<RefundReply | undefined> {
  return refunding.catch(() => undefined)
}

/** The store, and the keys that takes ask it for. */
function listening(store: CounterStore): [store: CounterStore, keys: readonly string[]] {
  const keys: string[] = []
  const take: CounterStore['take'] = (takes) => {
    keys.push(...takes.map(({ key }) => key))
    return store.take(takes)
  }
  return [{ take, refund: (each) => store.refund(each), clear: (each) => store.clear(each) }, keys]
}

/** A counter that can't be read fails the takes that need it, and nothing else. */
export const poisonedCounters: Topic = { name: 'poisoned counters', cases: KINDS.flatMap(perKind) }
