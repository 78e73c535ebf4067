import { compactId, ownCopy } from '@rl/core/keys'
import { describe, expect, test } from 'vitest'
import { storeOf, taken, used, window } from './support.ts'

const LONG = 'x'.repeat(5000)

describe('identifiers', () => {
  test.each([
    ['', '1'],
    ['user:', 'user'],
    ['__proto__', 'constructor'],
    ['é', 'é'.normalize('NFD')],
    [`${LONG}a`, `${LONG}b`],
    ['x'.repeat(128), 'x'.repeat(129)],
    ['x'.repeat(129), 'x'.repeat(130)],
    ['💡'.repeat(64), '💡'.repeat(65)],
    [LONG, compactId(LONG)],
    ['#', '#'.repeat(2)],
    [LONG, LONG.slice(0, 128)],
  ])('%j and %j have a counter each', async (one, other) => {
    const { store } = storeOf()
    const w = window(3)
    expect([await taken(store, one, w, 3), await taken(store, other, w, 2)]).toEqual([1, 1])
    expect([await used(store, one, w), await used(store, other, w), store.size]).toEqual([3, 2, 2])
  })

  test('of limiters with other names have their own counters', async () => {
    const { store } = storeOf()
    for (const scope of ['a', 'b', 'a:a']) expect(await taken(store, 'a', window(1), 1, 1, scope)).toBe(1)
    expect(store.size).toBe(3)
  })

  test('are remembered in no more than 128 characters', () => {
    for (const length of [1, 127, 128, 129, 100_000]) {
      expect(compactId('x'.repeat(length)).length).toBeLessThanOrEqual(128)
    }
  })

  test('are copied character by character', () => {
    for (const id of ['a', 'é', '💡 light', '\0', 'x'.repeat(128)]) expect(ownCopy(id)).toBe(id)
  })
})
