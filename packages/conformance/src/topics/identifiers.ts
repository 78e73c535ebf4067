import type { Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { nth, only, range, takeAll } from '../asking/ask.ts'
import { LONG_IDS, ODD_IDS } from '../asking/odd-identifiers.ts'
import { fresh, freshName, MAX, takeOf } from '../asking/operations.ts'
import type { Case, Context, Topic } from '../context.ts'
import { ANCHORS } from '../windows.ts'

/** Each identifier takes its own number of units; a shared counter would hold those of another as well. */
async function expectSeparate({ store, window }: Context, subjects: readonly Subject[]): Promise<void> {
  const own = window(MAX)
  const taken = await takeAll(
    store,
    subjects.map((subject, i) => takeOf(subject, own, { cost: i + 1 })),
  )
  const read = await takeAll(
    store,
    subjects.map((subject) => takeOf(subject, own, { cost: 0 })),
  )
  for (const replies of [taken, read]) {
    const shared = replies.flatMap((reply, i) => (only(reply).used === i + 1 ? [] : [subjects[i]]))
    expect(shared).toEqual([])
  }
}

/** Of this suite alone, without making names longer than 128 bytes. */
function scoped(ids: readonly string[]): readonly Subject[] {
  const scope = freshName()
  return ids.map((id) => ({ scope, id }))
}

const CASES: readonly Case[] = [
  {
    name: 'that an encoding could mix up have a counter each',
    run: (context) => {
      expect(new Set(ODD_IDS).size).toBe(ODD_IDS.length)
      return expectSeparate(context, scoped(ODD_IDS))
    },
  },
  {
    name: 'of 128 bytes and more have a counter each',
    run: (context) => expectSeparate(context, scoped([...new Set(LONG_IDS)])),
  },
  {
    name: 'and scopes that concatenate to the same have a counter each',
    run: async (context) => {
      const name = freshName()
      const parts = [
        'a',
        'a:b',
        'b',
        'a:',
        ':a',
        'a%3Ab',
        'a%',
        '3Ab',
        '{a}',
        'é',
        'e\u0301',
        '#',
        ':',
        '__proto__',
        'A',
      ]
      const subjects = parts.flatMap((scope) => parts.map((id) => ({ scope: `${name}${scope}`, id })))
      await expectSeparate(context, subjects)
      // Another order, as a store may remember what it was asked last.
      const other = parts.flatMap((id) => parts.map((scope) => ({ scope: `${name}-${scope}`, id })))
      await expectSeparate(context, other)
    },
  },
  {
    name: 'in scopes that look odd have a counter each',
    run: (context) => {
      const name = freshName()
      const odd = ODD_IDS.map((id) => `${id}${name}`).filter((scope) => new TextEncoder().encode(scope).length <= 128)
      const long = ['x', 'y', '%', '\0'].map((fill) => name + fill.repeat(128 - name.length))
      const ids = ['a', '%'.repeat(128), 'y'.repeat(500)]
      return expectSeparate(
        context,
        [...odd, ...long].flatMap((scope) => ids.map((id) => ({ scope, id }))),
      )
    },
  },
  {
    name: 'called as objects call their own properties have a counter each, in scopes called so too',
    run: async ({ store, window }) => {
      const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
      const own = { ...window(1000), unit: freshName().replaceAll('-', '_').slice(0, 32) }
      const subjects = names.flatMap((scope) => names.map((id) => ({ scope, id })))
      const replies = await takeAll(
        store,
        subjects.map((subject, i) => takeOf(subject, own, { cost: i + 1 })),
      )
      expect(replies.map((reply) => only(reply).used)).toEqual(range(subjects.length).map((i) => i + 1))
    },
  },
  {
    name: 'that end as a window is named have a counter each',
    run: async ({ store, longMs: [ms] }) => {
      const { scope, id } = fresh()
      const ends = [
        '',
        '1',
        ':',
        ':1',
        ':e',
        ':f',
        'e',
        `:e${ms}`,
        `:${ms}`,
        `:f${ms}`,
        ':epoch',
        ':first-hit',
        ':-',
        '%',
        ';',
        '=',
      ]
      const asked = ends.flatMap((end) =>
        ANCHORS.flatMap((anchor) =>
          [ms, 10 * ms, Number(`1${ms}`), Number(`${ms}1`), ms + 2 ** 32].map((windowMs) => ({
            subject: { scope, id: id + end },
            window: { limit: MAX, windowMs, anchor } satisfies Window,
          })),
        ),
      )
      const ask = (costOf: (i: number) => number) =>
        takeAll(
          store,
          asked.map(({ subject, window }, i) => takeOf(subject, window, { cost: costOf(i) })),
        )
      await ask((i) => i + 1)
      const replies = await ask(() => 0)
      expect(replies.map((reply) => only(reply).used)).toEqual(asked.map((_, i) => i + 1))
    },
  },
  {
    name: 'that differ in case, in length or in one odd character have a counter each',
    run: (context) => {
      const id = freshName()
      const odd = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`|~', (character) => `${id}${character}`)
      const lengths = range(20).map((n) => `${id}${'x'.repeat(40 * n)}`)
      const more = [`${id}a`, `${id}A`, `a${id}`, `A${id}`, ...lengths.map((each) => `${each}y`)]
      return expectSeparate(context, scoped([...odd, ...lengths, ...more]))
    },
  },
  {
    name: 'are told apart in 1,000 lists of one as in one list of 1,000',
    run: async ({ store, window }) => {
      const subjects = scoped(range(1000).map((i) => `user_${i}`))
      const own = window(10_000)
      const list = subjects.map((subject, i) => takeOf(subject, own, { cost: i + 1 }))
      await takeAll(store, list)
      for (let i = 0; i < 1000; i += 37) {
        const reply = await store.ask(takeOf(nth(subjects, i), own, { cost: 0 }))
        expect(reply).toMatchObject({ windows: [{ used: i + 1 }] })
      }
    },
  },
]

/** No two identifiers, scopes or windows share a counter. */
export const identifiers: Topic = { name: 'identifiers', cases: CASES }
