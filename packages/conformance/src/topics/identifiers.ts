import type { Subject, Window } from '@rl/core'
import { expect } from 'vitest'
import { nth, only, range, takeAll } from '../asking/ask.ts'
import { fresh, freshName, MAX, takeOf } from '../asking/operations.ts'
import type { Case, Context, Topic } from '../context.ts'
import { ANCHORS } from '../windows.ts'

/** Identifiers that an encoding, a template, an object or a hash tag could take for one another. */
const IDS: readonly string[] = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '0', '-0', '00', '1', '01'],
  ...['a', 'A', ' a', 'a ', 'a\n', '\ta', 'a\0', 'a\0b', '\0', 'a\\0', 'a\\u0000', '\u200b', 'a\u200b', '\ufeffa'],
  ...[
    'a:b',
    'a::b',
    ':a',
    'a:',
    ':',
    '::',
    'b',
    'a/b',
    'a|b',
    'a,b',
    'a.b',
    'a-b',
    'a_b',
    'a+b',
    'a b',
    'a%20b',
    'a%2Bb',
  ],
  ...[
    '{a}',
    '}a{',
    '}x{',
    '{',
    '}',
    '{}',
    '}{',
    '{a',
    'a}',
    'x}{a}',
    '{a}:e60000',
    '%7Ba%7D',
    '%257Ba%257D',
    '\u0024{a}',
  ],
  ...['%', '%%', '%2', '%25', '%2525', '%a', '%A', '%3A', '%3a', 'a%3Ab', '#', '#a', '##', '%23', "'", '"', '`', '$a'],
  ...['*', '?', '[a]', '[a-z]', '^a', 'a*', '\\', '\\\\', '..', '../a', '~', '!', '()', '@a', '&', '=', ';', '<a>'],
  // Composed and decomposed, upper and lower case, and letters that some normal form or collation takes for each other.
  ...['\u00e9', 'e\u0301', '\u00c9', '\u00e4', 'a\u0308', '\u00df', 'ss', '\u0130', 'i\u0307', '\u0131', 'i'],
  ...['\u03a9', '\u2126', '\u00c5', '\u212b', '\ufb01', 'fi', '\u00bd', '1\u20442', '\uff41'],
  ...['\u{1F44D}', '\u{1F44D}\u{1F3FD}', '\u{1F600}', '\u{1F468}\u200d\u{1F469}', '日本', '日本\u3000'],
  ...['\u{10FFFF}', '\uFFFF', '\u202ea'],
]

/** Around 128 bytes, where identifiers begin to be hashed, and far beyond. */
const LONG_IDS: readonly string[] = [
  ...[127, 128, 129, 130, 256, 1000, 100_000].flatMap((n) => ['x', 'y'].map((x) => x.repeat(n))),
  ...[63, 64, 65].map((n) => '\u00e9'.repeat(n)),
  ...[31, 32, 33].map((n) => '\u{1F44D}'.repeat(n)),
  ...['a', 'b'].flatMap((end) => [`${'x'.repeat(127)}${end}`, `${'x'.repeat(128)}${end}`, `${'x'.repeat(4096)}${end}`]),
  `${'x'.repeat(128)}A`,
  `a${'x'.repeat(4096)}`,
  `#${'0'.repeat(64)}`,
  '%'.repeat(128),
  '%'.repeat(129),
  '\0'.repeat(128),
  '\0'.repeat(129),
]

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
      expect(new Set(IDS).size).toBe(IDS.length)
      return expectSeparate(context, scoped(IDS))
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
      const odd = IDS.map((id) => `${id}${name}`).filter((scope) => new TextEncoder().encode(scope).length <= 128)
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
