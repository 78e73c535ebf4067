import type { Window } from '@rl/core'
import { expect } from 'vitest'
import { ANCHORS, askAll, fresh, limiterOf, MAX, only, range, takeOf } from '../asking.ts'
import type { Case, Context, Topic } from '../context.ts'

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

/** Each identifier takes its own number of units; whoever shared a counter would find units of others in it. */
async function expectSeparate(
  context: Context,
  callers: readonly (readonly [name: string, id: string])[],
): Promise<void> {
  const prefix = fresh()
  const limiters = new Map(
    callers.map(([name]) => [name, limiterOf(context, context.store, MAX, { name: name.replace('~', prefix) })]),
  )
  const ask = (method: 'limit' | 'peek') =>
    Promise.all(
      callers.map(async ([name, id], i) => {
        const decision = await limiters.get(name)?.[method](id, { cost: method === 'limit' ? i + 1 : 0 })
        return MAX - (decision?.remaining ?? Number.NaN)
      }),
    )
  const own = callers.map((_, i) => i + 1)
  expect(await ask('limit')).toEqual(own)
  expect(await ask('peek')).toEqual(own)
}

const CASES: readonly Case[] = [
  {
    name: 'identifiers made to be mixed up have a counter each',
    run: (context) => {
      expect(new Set(IDS).size).toBe(IDS.length)
      return expectSeparate(
        context,
        IDS.map((id) => ['~', id]),
      )
    },
  },
  {
    name: 'identifiers of 128 bytes and more have a counter each',
    run: (context) =>
      expectSeparate(
        context,
        [...new Set(LONG_IDS)].map((id) => ['~', id]),
      ),
  },
  {
    name: 'names and identifiers that concatenate to the same have a counter each',
    run: (context) => {
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
      return expectSeparate(
        context,
        parts.flatMap((name) => parts.map((id) => [`~${name}`, id] as const)),
      )
    },
  },
  {
    name: 'the longest names have their own counters',
    run: async (context) => {
      const limiters = ['x', 'y', '%', '\0'].map((fill) => {
        const start = fresh()
        return limiterOf(context, context.store, 10, { name: start + fill.repeat(128 - start.length) })
      })
      const ids = ['a', '%'.repeat(128), 'y'.repeat(500)]
      for (const limiter of limiters) for (const id of ids) expect((await limiter.limit(id)).remaining).toBe(9)
    },
  },
  {
    name: 'windows that differ in length or anchor have a counter each, whatever the keys end with',
    run: async ({ store, longMs }) => {
      const key = fresh()
      const [ms] = longMs
      const keys = [
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
      ]
      const takes = keys.flatMap((end) =>
        ANCHORS.flatMap((anchor) =>
          [ms, 10 * ms, Number(`1${ms}`), Number(`${ms}1`), ms + 2 ** 32].map((windowMs) => {
            const window: Window = { limit: MAX, windowMs, anchor }
            return { key: key + end, window }
          }),
        ),
      )
      await askAll(
        store,
        takes.map((each, i) => takeOf(each.key, each.window, { cost: i + 1 })),
      )
      const replies = await askAll(
        store,
        takes.map((each) => takeOf(each.key, each.window, { cost: 0 })),
      )
      expect(replies.map((reply) => only(reply).used)).toEqual(takes.map((_, i) => i + 1))
    },
  },
  {
    name: 'keys that differ in case, in length or in odd characters have a counter each',
    run: async ({ store, window }) => {
      const key = fresh()
      const odd = Array.from('!"#$%&\'()*+,-./:;<=>?@[\\]^_`|~', (character) => `${key}${character}`)
      const lengths = range(20).map((n) => `${key}${'x'.repeat(40 * n)}`)
      const keys = [
        ...odd,
        ...lengths,
        `${key}a`,
        `${key}A`,
        `a${key}`,
        `A${key}`,
        ...lengths.map((each) => `${each}y`),
      ]
      await askAll(
        store,
        keys.map((each, i) => takeOf(each, window(MAX), { cost: i + 1 })),
      )
      const replies = await askAll(
        store,
        keys.map((each) => takeOf(each, window(MAX), { cost: 0 })),
      )
      expect(replies.map((reply) => only(reply).used)).toEqual(keys.map((_, i) => i + 1))
    },
  },
]

/** No two identifiers, names or windows share a counter. */
export const keyCollisions: Topic = { name: 'key collisions', cases: CASES }
