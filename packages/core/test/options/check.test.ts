import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { OptionError } from '../../src/index.ts'
import {
  checkFunction,
  checkInteger,
  checkMethods,
  checkOneOf,
  checkShare,
  describeValue,
  isPlainObject,
  ownOptions,
} from '../../src/options/check.ts'
import { thrown } from '../support/helpers.ts'

function messageOf(run: () => unknown, option: string): string {
  const error = thrown(run)
  expect(error).toBeInstanceOf(OptionError)
  expect(error).toMatchObject({ name: 'OptionError', option })
  return (error as OptionError).message
}

class Client {}
class Größe {}

describe('describeValue', () => {
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [0, '0'],
    [-0, '0'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [5n, '5n'],
    ['', '""'],
    ['1 fortnight', '"1 fortnight"'],
    ['two\nlines "quoted"', '"two\\nlines \\"quoted\\""'],
    ['\ud800', '"\\ud800"'],
    [Symbol('secret'), 'a symbol'],
    [() => 1, 'a function'],
    [Client, 'a function'],
    [[], 'an array'],
    [[1, 2], 'an array'],
    [{}, 'a plain object'],
    [Object.create(null), 'a plain object'],
    [new Map(), 'an instance of Map'],
    [new Date(0), 'an instance of Date'],
    [new Client(), 'an instance of Client'],
    [new Größe(), 'an object of a class'],
    [new (class {})(), 'an object of a class'],
    [Promise.resolve(), 'a promise (await it first)'],
    [new Proxy({}, {}), 'a plain object'],
    [runInNewContext('({})'), 'a plain object'],
    [runInNewContext('[]'), 'an array'],
    [runInNewContext('new Map()'), 'an instance of Map'],
  ])('%o is %s', (value, shown) => {
    expect(describeValue(value)).toBe(shown)
  })

  test('what can be awaited is a promise, unless it is a plain object', () => {
    const name = 'then'
    class Thenable {
      readonly [name] = (): void => {}
    }
    expect(describeValue(new Thenable())).toBe('a promise (await it first)')
    expect(describeValue({ [name]: () => {} })).toBe('a plain object')
  })

  test('what has no constructor, or one of another kind, is an object of a class', () => {
    expect(describeValue(Object.create({ constructor: undefined }))).toBe('an object of a class')
    expect(describeValue(Object.create({ constructor: { name: 5 } }))).toBe('an object of a class')
  })

  test('what is long is cut', () => {
    expect(describeValue('x'.repeat(41))).toBe(`"${'x'.repeat(40)}…"`)
    expect(describeValue('x'.repeat(40))).toBe(`"${'x'.repeat(40)}"`)
    expect(describeValue(10n ** 100n)).toBe(`1${'0'.repeat(39)}n`)
    const Long = { [`C${'x'.repeat(40)}`]: class {} }[`C${'x'.repeat(40)}`] as new () => object
    expect(describeValue(new Long())).toBe('an object of a class')
  })
})

describe('isPlainObject', () => {
  test.each([[{}], [Object.create(null)], [runInNewContext('({ a: 1 })')], [JSON.parse('{"__proto__": 1}')]])(
    '%o is one',
    (value) => {
      expect(isPlainObject(value)).toBe(true)
    },
  )
  test.each([
    [null],
    [undefined],
    ['{}'],
    [5],
    [() => {}],
    [[]],
    [new Map()],
    [new Client()],
    [Object.create({ a: 1 })],
    [new Date(0)],
  ])('%o is none', (value) => {
    expect(isPlainObject(value)).toBe(false)
  })
})

describe('checkInteger', () => {
  test('returns what is one, and 0 for -0', () => {
    expect(checkInteger('n', 5, 0)).toBe(5)
    expect(checkInteger('n', 2 ** 53 - 1, 0)).toBe(2 ** 53 - 1)
    expect(Object.is(checkInteger('n', -0, 0), 0)).toBe(true)
    expect(checkInteger('n', 7, 1, 7)).toBe(7)
  })
  test.each<[unknown, string]>([
    [-1, '-1'],
    [1.5, '1.5'],
    [2 ** 53, '9007199254740992'],
    [Number.NaN, 'NaN'],
    ['5', '"5"'],
    [5n, '5n'],
    [undefined, 'undefined'],
    [new Number(5), 'an instance of Number'],
  ])('refuses %o', (value, shown) => {
    expect(messageOf(() => checkInteger('n', value, 0), 'n')).toBe(
      `n must be an integer from 0 to 2^53-1, received ${shown}`,
    )
  })
  test('names the largest', () => {
    expect(messageOf(() => checkInteger('n', 8, 1, 7), 'n')).toBe('n must be an integer from 1 to 7, received 8')
  })
})

describe('checkShare', () => {
  test.each([1, 0.1, Number.MIN_VALUE])('%d is one', (value) => expect(checkShare('s', value)).toBe(value))
  test.each([0, -0.1, 1.01, Number.NaN, '0.5', null])('%o is none', (value) => {
    expect(messageOf(() => checkShare('s', value), 's')).toMatch(/^s must be a number above 0, up to 1, received /)
  })
})

describe('checkOneOf', () => {
  test('returns the choice', () => expect(checkOneOf('a', 'epoch', ['epoch', 'first-hit'])).toBe('epoch'))
  test.each<[unknown, readonly unknown[], string]>([
    ['x', ['epoch', 'first-hit'], "a must be 'epoch' or 'first-hit', received \"x\""],
    ['Epoch', ['epoch', 'first-hit'], "a must be 'epoch' or 'first-hit' (did you mean epoch?), received \"Epoch\""],
    [
      'firsthit',
      ['epoch', 'first-hit'],
      "a must be 'epoch' or 'first-hit' (did you mean first-hit?), received \"firsthit\"",
    ],
    [undefined, ['a', 'b', true], "a must be 'a' or 'b' or true, received undefined"],
    [5, ['only'], "a must be 'only', received 5"],
    [Number.NaN, [1, 2], 'a must be 1 or 2, received NaN'],
  ])('%o of %o', (value, choices, message) => {
    expect(messageOf(() => checkOneOf('a', value, choices), 'a')).toBe(message)
  })
})

test('checkFunction returns functions and refuses the rest', () => {
  expect(checkFunction('f', describeValue)).toBe(describeValue)
  expect(messageOf(() => checkFunction('f', {}), 'f')).toBe('f must be a function, received a plain object')
})

describe('checkMethods', () => {
  const check = (value: unknown) => () => checkMethods('client', value, ['get', 'set'], 'a connected client')
  test('takes objects and functions that have them, inherited or not', () => {
    class Store {
      get() {}
      set() {}
    }
    for (const value of [
      new Map(),
      new Store(),
      { get() {}, set() {} },
      Object.assign(() => {}, { get() {}, set() {} }),
    ])
      expect(check(value)).not.toThrow()
  })
  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    ['redis://', '"redis://"'],
    [{}, 'a plain object without the method get'],
    [{ get() {} }, 'a plain object without the method set'],
    [{ get() {}, set: 1 }, 'a plain object without the method set'],
    [Promise.resolve(new Map()), 'a promise (await it first) without the method get'],
    [Map, 'a function without the method get'],
  ])('refuses %o', (value, shown) => {
    expect(messageOf(check(value), 'client')).toBe(`client must be a connected client, received ${shown}`)
  })
})

describe('ownOptions', () => {
  const known = ['limit', 'window', 'anchor', 'deadlineMs', 'onStoreError', 'fallbackShare', 'fastPaths', 'maxKeys']

  test('returns a copy that inherits nothing', () => {
    const given = { limit: 5, window: undefined }
    const own = ownOptions('options', given, known)
    expect({ ...own }).toEqual(given)
    expect(own).not.toBe(given)
    expect('toString' in own || '__proto__' in own).toBe(false)
  })

  test('reads each option once', () => {
    let reads = 0
    const given = {
      get limit() {
        return ++reads
      },
    }
    expect(ownOptions('options', given, known).limit).toBe(1)
    expect(reads).toBe(1)
  })

  test.each([
    ['windowMs', 'window'],
    ['Window', 'window'],
    ['windw', 'window'],
    ['limt', 'limit'],
    ['limits', 'limit'],
    ['deadline', 'deadlineMs'],
    ['deadlineMS', 'deadlineMs'],
    ['timeout', undefined],
    ['onstoreerror', 'onStoreError'],
    ['onError', 'onStoreError'],
    ['fastPath', 'fastPaths'],
    ['maxkeys', 'maxKeys'],
    ['max', 'maxKeys'],
    ['x', undefined],
    ['', undefined],
    ['constructor', undefined],
    ['x'.repeat(500), undefined],
  ])('an unknown option %j: did you mean %s', (name, suggestion) => {
    const message = messageOf(() => ownOptions('options', { [name]: 1 }, known), 'options')
    const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`
    const shown = JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}…` : name)
    expect(message).toBe(`options must be made of ${known.join(', ')}${hint}, received the unknown option ${shown}`)
  })

  test.each<[unknown, string]>([
    [undefined, 'undefined'],
    [null, 'null'],
    [5, '5'],
    ['user@example.org', 'a string'],
    [[], 'an array'],
    [new Map([['limit', 5]]), 'an instance of Map'],
    [Object.create({ limit: 5 }), 'an instance of Object'],
    [Promise.resolve({}), 'a promise (await it first)'],
    [() => ({}), 'a function'],
  ])('%o is no set of options', (value, shown) => {
    expect(messageOf(() => ownOptions('given', value as object, known), 'given')).toBe(
      `given must be a plain object, received ${shown}`,
    )
  })

  test('an own property __proto__, as JSON makes it, is an unknown option', () => {
    const given = JSON.parse('{"__proto__": {"limit": 5}}')
    expect(messageOf(() => ownOptions('options', given, known), 'options')).toContain('the unknown option "__proto__"')
    expect(Object.hasOwn(Object.prototype, 'limit')).toBe(false)
  })
})
