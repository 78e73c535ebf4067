import { describe, expect, test } from 'vitest'
import { denyCache } from '../../src/fast-paths/index.ts'
import { FixedWindowRateLimiter, type LimiterOptions, OptionError } from '../../src/index.ts'
import { FakeStore } from '../support/fake-store.ts'
import { thrown } from '../support/helpers.ts'

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
  [{}, 'a plain object'],
  [[5], 'an array'],
  [() => 5, 'a function'],
  [Symbol('5'), 'a symbol'],
]

const store = new FakeStore()
const good = { name: 'api', store, limit: 1, window: 1000 }

function refuse(options: object, option: string, shown: string): void {
  const error = thrown(() => new FixedWindowRateLimiter(options as LimiterOptions))
  expect(error).toBeInstanceOf(OptionError)
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ name: 'OptionError', option })
  const { message } = error as OptionError
  expect(message.startsWith(`${option} must be `)).toBe(true)
  expect(message.endsWith(`received ${shown}`) || message.endsWith(`the unknown option ${shown}`)).toBe(true)
  expect(store.commands).toEqual([])
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
    [new Map(Object.entries(good)), 'an instance of Map'],
    [Object.create(good), 'an instance of Object'],
  ])('%s is no set of options', (value, shown) => {
    refuse(value as never, 'options', shown)
  })

  test('an option that is spelt otherwise is suggested', () => {
    const error = thrown(() => new FixedWindowRateLimiter({ ...good, windowMs: 5 } as never))
    expect((error as OptionError).message).toContain('(did you mean window?)')
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
  const apply = () => Promise.resolve([])
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    ['memory', '"memory"'],
    [{}, 'a plain object without the method apply'],
    [{ apply: true }, 'a plain object without the method apply'],
    [Promise.resolve(store), 'a promise (await it first) without the method apply'],
    [new Map(), 'an instance of Map without the method apply'],
    [FakeStore, 'a function'],
  ])('%j is refused', (value, shown) => refuse({ ...good, store: value }, 'store', shown))

  test.each<[string, unknown, string]>([
    ['parallelism', 0, '0'],
    ['parallelism', 1.5, '1.5'],
    ['parallelism', '2', '"2"'],
    ['answersAtOnce', true, 'true'],
  ])('capabilities.%s of %j are refused', (name, value, shown) => {
    refuse({ ...good, store: { apply, capabilities: { [name]: value } } }, `store.capabilities.${name}`, shown)
  })

  test.each([undefined, {}, { parallelism: 1, label: 'x', resends: true, sharedBy: {} }])(
    'capabilities may be %j',
    (capabilities) => {
      expect(() => new FixedWindowRateLimiter({ ...good, store: { apply, capabilities } })).not.toThrow()
    },
  )
})

describe('fastPaths', () => {
  test.each<[unknown, string]>([
    [denyCache(), 'a function'],
    [true, 'true'],
    [null, 'null'],
    [{}, 'a plain object'],
  ])('%s is refused', (fastPaths, shown) => refuse({ ...good, fastPaths }, 'fastPaths', shown))

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [{}, 'a plain object'],
    ['lease', '"lease"'],
  ])('%s in the array is refused', (path, shown) => {
    refuse({ ...good, fastPaths: [denyCache(), path] }, 'fastPaths[1]', shown)
  })

  test('a hole in the array is refused', () => refuse({ ...good, fastPaths: Array(1) }, 'fastPaths[0]', 'undefined'))
})

describe('fallbackShare', () => {
  test.each<[unknown, string]>([
    [0, '0'],
    [-1, '-1'],
    [1.01, '1.01'],
    [Number.NaN, 'NaN'],
    ['0.5', '"0.5"'],
    [null, 'null'],
  ])('%j is refused', (fallbackShare, shown) => refuse({ ...good, fallbackShare }, 'fallbackShare', shown))
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
    [{}, 'a plain object without the method apply'],
    [Promise.resolve(store), 'a promise (await it first) without the method apply'],
  ])('%s is refused', (onStoreError, shown) => refuse({ ...good, onStoreError }, 'onStoreError', shown))
})

describe('windows', () => {
  const base = { name: 'api', store }
  test.each<[unknown, string]>([
    [[], 'an array'],
    [null, 'null'],
    ['1m', '"1m"'],
    [{ limit: 1, window: 1 }, 'a plain object'],
    [5, '5'],
  ])('%j is refused', (windows, shown) => refuse({ ...base, windows }, 'windows', shown))

  test.each<[unknown, string]>([
    [null, 'null'],
    ['1m', 'a string'],
    [[1, 1], 'an array'],
    [undefined, 'undefined'],
    [new Date(1), 'an instance of Date'],
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

  test('the same length under two units is fine', () => {
    const windows = [
      { unit: 'requests', limit: 60, window: '1m' },
      { unit: 'tokens', limit: 100_000, window: '1m' },
    ]
    expect(new FixedWindowRateLimiter({ ...base, windows }).windows).toEqual([
      { unit: 'requests', limit: 60, windowMs: 60_000, anchor: 'epoch' },
      { unit: 'tokens', limit: 100_000, windowMs: 60_000, anchor: 'epoch' },
    ])
  })

  test('the same unit and length twice is refused', () => {
    const window = { unit: 'tokens', limit: 1, window: '1m' }
    refuse({ ...base, windows: [window, { ...window, limit: 2 }] }, 'windows[1]', 'the same as windows[0]')
  })

  test.each<[unknown, string]>([
    ['', '""'],
    ['a b', '"a b"'],
    ['a-b', '"a-b"'],
    ['größe', '"größe"'],
    ['x'.repeat(33), `"${'x'.repeat(33)}"`],
    ['tokens\n', '"tokens\\n"'],
    [5, '5'],
    [null, 'null'],
  ])('the unit %j is refused', (unit, shown) => {
    refuse({ ...base, windows: [{ unit, limit: 1, window: 1 }] }, 'windows[0].unit', shown)
  })

  test('a unit for some windows only is refused', () => {
    const windows = [
      { unit: 'tokens', limit: 1, window: '1m' },
      { limit: 1, window: '1h' },
    ]
    refuse({ ...base, windows }, 'windows[1].unit', 'undefined')
    refuse({ ...base, windows: windows.toReversed() }, 'windows[1].unit', '"tokens"')
  })

  test('a unit outside of windows is refused', () => refuse({ ...good, unit: 'tokens' }, 'options', '"unit"'))

  test('windows left undefined is one window', () => {
    expect(new FixedWindowRateLimiter({ ...good, windows: undefined }).windows).toHaveLength(1)
  })
})
