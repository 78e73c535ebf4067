import { expect } from 'vitest'
import { adjust, clear, only, range, read, take } from '../asking/ask.ts'
import { adjusted, fresh } from '../asking/operations.ts'
import { type Case, expectExpiryKept, expiryOf, type Topic } from '../context.ts'
import { KINDS, shortWindow } from '../windows.ts'

/** Windows whose end does not move when they are cleared. */
const KEPT = KINDS.filter((kind) => kind !== 'first-hit')

const CASES: readonly Case[] = [
  ...KINDS.map(
    (kind): Case => ({
      name: `begin at 0, and stay while nothing is cleared (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const own = window(5, kind)
        expect((await read(store, user, own)).generation).toBe(0)
        const taken = only(await take(store, user, own, { cost: 3 }))
        expect(taken.generation).toBe(0)
        await adjust(store, user, adjusted(own, taken, -1))
        await take(store, user, own, { cost: 9 })
        expect(await read(store, user, own)).toEqual({ ...taken, used: 2 })
      },
    }),
  ),
  ...KEPT.flatMap((kind): Case[] => [
    {
      name: `grow by 1 with each clear of an open window, which keeps its end (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const own = window(5, kind)
        const { resetAt } = only(await take(store, user, own, { cost: 4 }))
        for (const generation of [1, 2, 3]) {
          await clear(store, user, own)
          expect(await read(store, user, own)).toEqual({ used: 0, resetAt, generation })
          const denied = await take(store, user, own, { cost: 6 })
          expect(only(denied)).toEqual({ used: 0, resetAt, generation })
          const taken = await take(store, user, own, { cost: 5 })
          expect(only(taken)).toEqual({ used: 5, resetAt, generation })
        }
        for (const _ of range(60)) await clear(store, user, own)
        expect(await read(store, user, own)).toEqual({ used: 0, resetAt, generation: 63 })
      },
    },
    {
      name: `keep units taken before a clear from being given back after it (${kind})`,
      run: async ({ store, window }) => {
        const user = fresh()
        const own = window(9, kind)
        const before = only(await take(store, user, own, { cost: 5 }))
        await clear(store, user, own)
        const after = only(await take(store, user, own, { cost: 4 }))
        expect((await adjust(store, user, adjusted(own, before, -3))).windows).toEqual(['ended'])
        expect((await adjust(store, user, adjusted(own, before, 3))).windows).toEqual(['ended'])
        const later = { ...after, generation: after.generation + 1 }
        expect((await adjust(store, user, adjusted(own, later, -3))).windows).toEqual(['ended'])
        expect(await read(store, user, own)).toEqual(after)
        expect((await adjust(store, user, adjusted(own, after, -3))).windows).toEqual([{ applied: -3, used: 1 }])
        expect(await read(store, user, own)).toEqual({ ...after, used: 1 })
      },
    },
    {
      name: `end with their window (${kind})`,
      run: async ({ store, passTime, now }) => {
        const user = fresh()
        const own = shortWindow(kind, 5, 150, await now())
        const taken = await take(store, user, own)
        await clear(store, user, own)
        await passTime(only(taken).resetAt - taken.now)
        expect(await read(store, user, own)).toMatchObject({ used: 0, generation: 0 })
        expect(only(await take(store, user, own))).toMatchObject({ used: 1, generation: 0 })
      },
    },
    {
      name: `of a cleared counter do not change its expiry (${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = fresh()
        const own = window(5, kind)
        await take(store, user, own)
        await expectExpiryKept(context, user, own, () => clear(store, user, own))
      },
    },
  ]),
  ...KINDS.map(
    (kind): Case => ({
      name: `are not begun by a clear where no window is open (${kind})`,
      run: async (context) => {
        const { store, window } = context
        const user = fresh()
        const own = window(5, kind)
        for (const _ of range(2)) {
          await clear(store, user, own)
          expect(await expiryOf(context, user, own)).toBeOneOf([undefined, 'unseen'])
          expect(await read(store, user, own)).toMatchObject({ used: 0, generation: 0 })
        }
        expect(only(await take(store, user, own)).generation).toBe(0)
      },
    }),
  ),
]

/** Units taken before a clear can't be given back after it. */
export const generations: Topic = { name: 'generations', cases: CASES }
