import { OptionError } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { MemoryStore, type MemoryStoreOptions } from '../src/index.ts'
import { takeOf, window } from './support.ts'

function refuse(options: object, option: string, shown: string): void {
  try {
    new MemoryStore(options as MemoryStoreOptions)
  } catch (error) {
    expect(error).toBeInstanceOf(OptionError)
    expect(error).toMatchObject({ option })
    expect((error as Error).message).toMatch(new RegExp(`^${option} must be `))
    expect((error as Error).message.endsWith(shown)).toBe(true)
    return
  }
  throw new Error('did not throw')
}

describe('bad options are refused, naming option and value', () => {
  test.each([
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [2 ** 53, '9007199254740992'],
    ['10', '"10"'],
    [null, 'null'],
    [5n, '5n'],
  ])('maxKeys %s', (maxKeys, shown) => refuse({ maxKeys }, 'maxKeys', `received ${shown}`))

  test.each([
    ['drop', '"drop"'],
    ['', '""'],
    [true, 'true'],
    [null, 'null'],
  ])('whenFull %j', (whenFull, shown) => refuse({ whenFull }, 'whenFull', `received ${shown}`))

  test.each([
    [0, '0'],
    [null, 'null'],
    [{}, 'a plain object'],
  ])('now %j', (now, shown) => refuse({ now }, 'now', `received ${shown}`))

  test('unknown ones, with a suggestion', () => {
    refuse({ maxKey: 5 }, 'options', 'the unknown option "maxKey"')
    expect(() => new MemoryStore({ maxKey: 5 } as never)).toThrow('did you mean maxKeys?')
  })
  test.each([[null], ['sesame'], [new Map()]])('no object of options: %s', (options) => {
    expect(() => new MemoryStore(options as never)).toThrow(OptionError)
  })
})

test('options that somebody has put into Object.prototype are none', () => {
  const { prototype } = Object as { prototype: { now?: unknown } }
  prototype.now = () => 5
  try {
    expect(new MemoryStore({}).capabilities.answersAtOnce(takeOf('a', window(1)))).not.toMatchObject({ now: 5 })
  } finally {
    delete prototype.now
  }
})
