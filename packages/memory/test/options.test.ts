import { OptionError } from '@rl/core'
import { describe, expect, test } from 'vitest'
import { MemoryStore, type MemoryStoreOptions } from '../src/index.ts'
import { window } from './support.ts'

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
    ['10', '10'],
    [null, 'null'],
    [5n, '5'],
  ])('maxKeys %s', (maxKeys, shown) => refuse({ maxKeys }, 'maxKeys', `received ${shown}`))

  test.each([
    ['drop', 'drop'],
    ['', ''],
    [true, 'true'],
    [null, 'null'],
  ])('whenFull %j', (whenFull, shown) => refuse({ whenFull }, 'whenFull', `received ${shown}`))

  test.each([
    [0, 'number'],
    [null, 'object'],
    [{}, 'object'],
  ])('now %j', (now, shown) => refuse({ now }, 'now', `received ${shown}`))

  test('unknown ones', () => refuse({ maxKey: 5 }, 'options', 'the unknown "maxKey"'))
  test('no object at all', () => expect(() => new MemoryStore(null as never)).toThrow(TypeError))
})

test('without options, the clock is Date.now', async () => {
  for (const store of [
    new MemoryStore(),
    new MemoryStore({ now: undefined, maxKeys: undefined, whenFull: undefined }),
  ]) {
    const before = Date.now()
    const [reply] = await store.take([{ key: 'a', windows: [window(1)], cost: 1, times: 1 }])
    if (reply === undefined || reply instanceof Error) throw new Error('no answer')
    expect(reply.now).toBeGreaterThanOrEqual(before)
    expect(reply.now).toBeLessThanOrEqual(Date.now())
  }
})
