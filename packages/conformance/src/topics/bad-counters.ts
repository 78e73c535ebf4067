import type { Reply, Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { asTake, clear, nth, only, range, take, usedOf } from '../asking/ask.ts'
import { adjusted, adjustmentOf, clearOf, fresh, freshName, takeOf } from '../asking/operations.ts'
import type { Case, Context, Topic } from '../context.ts'
import type { Unreadable } from '../harness.ts'
import { KINDS, type Kind } from '../windows.ts'

/** A counter of 3 used units that was then made unreadable, where the harness can do that. */
async function poisoned(context: Context, window: Window, how: Unreadable): Promise<Subject> {
  const user = fresh()
  await take(context.store, user, window, { cost: 3 })
  await context.harness.poison?.({ ...user, window }, how)
  return user
}

/** An error in the reply's place, or, where no counter was made unreadable, the reply that is due. */
function expectErrorOr({ harness }: Context, reply: Reply | Error | undefined, due: object): void {
  if (harness.poison) expect(reply).toBeInstanceOf(Error)
  else expect(reply).toMatchObject(due)
}

function perKind(how: Unreadable, kind: Kind): readonly Case[] {
  return [
    {
      name: `fail their own takes and are not overwritten (${how}, ${kind})`,
      run: async (context) => {
        const { store } = context
        const own = context.window(10, kind)
        const user = await poisoned(context, own, how)
        expectErrorOr(context, await store.ask(takeOf(user, own)), { timesTaken: 1, windows: [{ used: 4 }] })
        // A counter that was overwritten could be read from now on.
        const later = await store.askAll([0, 2, 99].map((cost) => takeOf(user, own, { cost })))
        expectErrorOr(context, later[0], { timesTaken: 1, windows: [{ used: 4 }] })
        expectErrorOr(context, later[1], { timesTaken: 1, windows: [{ used: 6 }] })
        expectErrorOr(context, later[2], { timesTaken: 0, windows: [{ used: 6 }] })
      },
    },
    {
      name: `can be read again after a clear (${how}, ${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = await poisoned(context, window(10, kind), how)
        await clear(store, user, window(10, kind))
        expect((await take(store, user, window(10, kind), { times: 99 })).timesTaken).toBe(10)
      },
    },
    {
      name: `fail adjustments of theirs, and are not overwritten (${how}, ${kind})`,
      run: async (context) => {
        const { store, window, harness } = context
        const user = fresh()
        const own = window(10, kind)
        const taken = only(await take(store, user, own, { cost: 3 }))
        await harness.poison?.({ ...user, window: own }, how)
        const reply = await store.ask(adjustmentOf(user, adjusted(own, taken, -2)))
        expectErrorOr(context, reply, { windows: [{ applied: -2, used: 1 }] })
        const token = { id: freshName(), until: (await context.now()) + 60_000 }
        const tokened = await store.ask(adjustmentOf(user, adjusted(own, taken, 1), token))
        expectErrorOr(context, tokened, { windows: [{ applied: 1, used: 2 }] })
        expectErrorOr(context, await store.ask(takeOf(user, own)), { timesTaken: 1, windows: [{ used: 3 }] })
      },
    },
  ]
}

function perDamage(how: Unreadable): readonly Case[] {
  return [
    ...KINDS.flatMap((kind) => perKind(how, kind)),
    {
      name: `leave their neighbours in a list alone (${how})`,
      run: async (context) => {
        const { store, window } = context
        const own = window(10)
        const bad = await poisoned(context, own, how)
        const [a, b] = [fresh(), fresh()]
        const taken = only(await take(store, b, own, { cost: 2 }))
        const replies = await store.askAll([
          takeOf(a, own),
          takeOf(bad, own),
          takeOf(b, own, { times: 3 }),
          adjustmentOf(bad, adjusted(own, taken, -2)),
          takeOf(a, own, { cost: 9 }),
          takeOf(bad, own),
          adjustmentOf(b, adjusted(own, taken, -4)),
          clearOf(a, own),
          takeOf(a, own),
        ])
        expectErrorOr(context, replies[1], { timesTaken: 1, windows: [{ used: 4 }] })
        if (context.harness.poison) expect(replies[3]).toBeInstanceOf(Error)
        if (context.harness.poison) expect(replies[5]).toBeInstanceOf(Error)
        expect([0, 2, 4, 6, 8].map((i) => nth(replies, i))).toMatchObject([
          { timesTaken: 1, windows: [{ used: 1 }] },
          { timesTaken: 3, windows: [{ used: 5 }] },
          { timesTaken: 1, windows: [{ used: 10 }] },
          { windows: [{ applied: -4, used: 1 }] },
          { timesTaken: 1, windows: [{ used: 1 }] },
        ])
        expect(await usedOf(store, a, own)).toBe(1)
        expect(await usedOf(store, b, own)).toBe(1)
      },
    },
    {
      name: `keep the other windows of their operation from being changed (${how})`,
      run: async (context) => {
        const { store, window, harness } = context
        for (const place of range(3)) {
          const windows = KINDS.map((kind) => window(10, kind))
          const user = fresh()
          const taken = await take(store, user, windows, { cost: 3 })
          await harness.poison?.({ ...user, window: nth(windows, place) }, how)
          const named = windows.map((each, i) => adjusted(each, nth(taken.windows, i), -1))
          const replies = [await store.ask(takeOf(user, windows)), await store.ask(adjustmentOf(user, named))]
          if (harness.poison === undefined) continue
          for (const reply of replies) expect(reply).toBeInstanceOf(Error)
          for (const [i, each] of windows.entries()) {
            if (i === place) continue
            // Where windows share a key, they can't be read either.
            const other = await store.ask(takeOf(user, each, { cost: 0 }))
            if (!(other instanceof Error)) expect(only(asTake(other))).toEqual(nth(taken.windows, i))
          }
        }
      },
    },
    {
      name: `are cleared beside windows that can be read (${how})`,
      run: async (context) => {
        const { store, window } = context
        const windows = KINDS.map((kind) => window(10, kind))
        const user = await poisoned(context, nth(windows, 1), how)
        await clear(store, user, windows)
        const reply = await take(store, user, windows, { times: 99 })
        expect([reply.timesTaken, nth(reply.windows, 1).generation]).toEqual([10, 0])
      },
    },
  ]
}

/** A counter that can't be read fails the operations that need it, and nothing else. */
export const badCounters: Topic = {
  name: 'bad counters',
  cases: (['wrong type', 'not a number'] as const).flatMap(perDamage),
}
