import { describe, expect, test } from 'vitest'
import { FixedWindowRateLimiter, type LimiterOptions, OptionError } from '../src/index.ts'
import { RecordingStore, thrown } from './support.ts'

/** Values that are no count, and how a message shows them. */
const NO_COUNTS: [value: unknown, shown: string][] = [
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [-1, '-1'],
  [0.5, '0.5'],
  [2 ** 53, '9007199254740992'],
  ['5', '"5"'],
  ['', '""'],
  [5n, '5n'],
  [true, 'true'],
  [null, 'null'],
  [{}, 'an object'],
  [[5], 'an array'],
  [() => 5, 'a function'],
  [Symbol('5'), 'a symbol'],
]

const store = new RecordingStore()
const good = { name: 'api', store, limit: 1, window: 1000 }

function refuse(options: object, option: string, shown: string): void {
  const error = thrown(() => new FixedWindowRateLimiter(options as LimiterOptions))
  expect(error).toBeInstanceOf(OptionError)
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ name: 'OptionError', option })
  const { message } = error as OptionError
  expect(message.startsWith(`${option} must be `)).toBe(true)
  expect(message.endsWith(`received ${shown}`) || message.endsWith(`the unknown ${shown}`)).toBe(true)
  expect(store.sent).toBe(0)
}

test('the options that the cases below start from are fine', () => {
  expect(new FixedWindowRateLimiter(good).name).toBe('api')
})

describe('options as a whole', () => {
  test.each([
    [undefined, 'undefined'],
    [null, 'null'],
    ['api', 'a string'],
    [[], 'an array'],
    [7, '7'],
    [new Map(Object.entries(good)), 'an object of a class'],
    [Object.create(good), 'an object of a class'],
  ])('%s is no set of options', (value, shown) => {
    refuse(value as never, 'options', shown)
  })

  test.each(['breaker', 'denyCache', 'lease'])('a Map is no set of options for the %s', (option) => {
    refuse({ ...good, [option]: new Map([['maxKeys', 1]]) }, option, 'an object of a class')
  })

  test('an unknown option is named', () => refuse({ ...good, limt: 5 }, 'options', '"limt"'))
  test('an unknown option is shown short', () =>
    refuse({ ...good, ['x'.repeat(500)]: 5 }, 'options', `"${'x'.repeat(40)}…"`))
})

describe('name', () => {
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['', '""'],
    ['\ud800', '"\\ud800"'],
    ['x'.repeat(129), `"${'x'.repeat(40)}…"`],
    ['é'.repeat(65), `"${'é'.repeat(40)}…"`],
  ])('%j is refused', (name, shown) => refuse({ ...good, name }, 'name', shown))
})

describe('store', () => {
  const { take, refund, clear } = store
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    ['memory', '"memory"'],
    [{}, 'an object'],
    [{ take, refund }, 'an object'],
    [{ take, clear }, 'an object'],
    [{ refund, clear }, 'an object'],
    [{ take: true, refund, clear }, 'an object'],
  ])('%j is refused', (value, shown) => refuse({ ...good, store: value }, 'store', shown))
})

describe('limit', () => {
  test.each([...NO_COUNTS, [undefined, 'undefined'] as const])('%s is refused', (limit, shown) => {
    refuse({ ...good, limit }, 'limit', shown)
    refuse({ name: 'api', store, windows: [{ limit, window: 1 }] }, 'windows[0].limit', shown)
  })
})

describe('window', () => {
  test.each([...NO_COUNTS, [undefined, 'undefined'] as const, [0, '0'] as const])('%s is refused', (window, shown) => {
    refuse({ ...good, window }, 'window', shown)
    const windows = [
      { limit: 1, window: '1s' },
      { limit: 1, window },
    ]
    refuse({ name: 'api', store, windows }, 'windows[1].window', shown)
  })
})

describe('anchor', () => {
  test.each<[unknown, string]>([
    ['sliding', '"sliding"'],
    ['', '""'],
    [null, 'null'],
    [1, '1'],
  ])('%j is refused', (anchor, shown) => {
    refuse({ ...good, anchor }, 'anchor', shown)
    refuse({ name: 'api', store, windows: [{ limit: 1, window: 1, anchor }] }, 'windows[0].anchor', shown)
  })
})

describe('deadlineMs', () => {
  test.each([...NO_COUNTS, [0, '0'] as const, [2 ** 31, '2147483648'] as const])('%s is refused', (ms, shown) =>
    refuse({ ...good, deadlineMs: ms }, 'deadlineMs', shown),
  )
  test('2^31-1, the longest that a timer can do, is accepted', () => {
    expect(() => new FixedWindowRateLimiter({ ...good, deadlineMs: 2 ** 31 - 1 })).not.toThrow()
  })
})

describe('onStoreError', () => {
  test.each<[unknown, string]>([
    ['ignore', '"ignore"'],
    ['', '""'],
    [true, 'true'],
    [null, 'null'],
    [{}, 'an object'],
    [{ take: store.take, refund: store.refund }, 'an object'],
  ])('%j is refused', (onStoreError, shown) => refuse({ ...good, onStoreError }, 'onStoreError', shown))
})

describe('windows', () => {
  const base = { name: 'api', store }
  test.each<[unknown, string]>([
    [[], 'an array'],
    [null, 'null'],
    ['1m', '"1m"'],
    [{ limit: 1, window: 1 }, 'an object'],
    [5, '5'],
  ])('%j is refused', (windows, shown) => refuse({ ...base, windows }, 'windows', shown))

  test.each<[unknown, string]>([
    [null, 'null'],
    ['1m', '"1m"'],
    [[1, 1], 'an array'],
    [undefined, 'undefined'],
    [new Date(1), 'an object of a class'],
  ])('%j is no window', (window, shown) => refuse({ ...base, windows: [window] }, 'windows[0]', shown))

  test('a hole in the array is no window', () => {
    refuse({ ...base, windows: Array(1) }, 'windows[0]', 'undefined')
  })

  test('an unknown option of a window is named', () =>
    refuse({ ...base, windows: [{ limit: 1, window: 1, max: 2 }] }, 'windows[0]', '"max"'))

  test.each([
    ['limit', 1, '1'],
    ['window', '1s', '"1s"'],
    ['anchor', 'epoch', '"epoch"'],
  ])('%s beside windows is refused', (option, value, shown) =>
    refuse({ ...base, windows: [{ limit: 1, window: 1 }], [option]: value }, option, shown),
  )

  test('the same length and anchor twice is refused, also where they are spelt differently', () => {
    const windows = [
      { limit: 5, window: '1s' },
      { limit: 1, window: '1m', anchor: 'epoch' },
      { limit: 9, window: 60_000 },
    ]
    refuse({ ...base, windows }, 'windows[2]', 'the same as windows[1]')
  })

  test('the same length under two anchors is fine', () => {
    const windows = [{ limit: 5, window: '1s' } as const, { limit: 5, window: '1s', anchor: 'first-hit' } as const]
    expect(new FixedWindowRateLimiter({ ...base, windows }).windows).toEqual([
      { limit: 5, windowMs: 1000, anchor: 'epoch' },
      { limit: 5, windowMs: 1000, anchor: 'first-hit' },
    ])
  })

  test('windows left undefined is one window', () => {
    expect(new FixedWindowRateLimiter({ ...good, windows: undefined }).windows).toHaveLength(1)
  })
})
