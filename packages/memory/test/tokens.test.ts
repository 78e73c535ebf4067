import { describe, expect, test } from 'vitest'
import { adjust, counted, MINUTE, outcomeOf, storeOf, T0, take, taken, used, window } from './support.ts'

const w = window(10)

describe('tokens', () => {
  test('are counted among the keys until they end', async () => {
    const { store, clock } = storeOf()
    await take(store, 'a', w, 5)
    const change = await counted(store, 'a', w, -1)
    await adjust(store, 'a', change, { id: 't1', until: T0 + 100 })
    await adjust(store, 'a', change, { id: 't2', until: T0 + 200 })
    await adjust(store, 'a', change, { id: 't2', until: T0 + 300 })
    expect(store.size).toBe(3)
    clock.now = T0 + 100
    expect(store.size).toBe(2)
    clock.now = T0 + 200
    expect(store.size).toBe(1)
  })

  test('belong to one identifier', async () => {
    const { store } = storeOf()
    for (const id of ['a', 'b', 't#a']) await take(store, id, w, 5)
    for (const id of ['a', 'b', 't#a']) {
      const change = await counted(store, id, w, -1)
      expect(await adjust(store, id, change, { id: 't', until: T0 + 100 })).toMatchObject({ repeated: false })
    }
  })

  test('one that ended may come again, and lasts as long as it says then', async () => {
    const { store, clock } = storeOf()
    await take(store, 'a', w, 5)
    const change = await counted(store, 'a', w, -1)
    // Others that end before are dropped first, a few with each operation.
    for (let i = 0; i < 20; i++) await adjust(store, 'a', change, { id: `other${i}`, until: T0 + 50 })
    await adjust(store, 'a', change, { id: 't', until: T0 + 100 })
    clock.now = T0 + 100
    expect(await adjust(store, 'a', change, { id: 't', until: T0 + 1000 })).toMatchObject({ repeated: false })
    for (let i = 0; i < 20; i++) await used(store, 'a', w)
    expect(await adjust(store, 'a', change, { id: 't', until: T0 + 1000 })).toMatchObject({ repeated: true })
  })

  test('take the place of a counter below its limit, but not of the one that is changed', async () => {
    const { store } = storeOf({ maxKeys: 2 })
    await take(store, 'a', w, 1)
    await take(store, 'b', w, 5)
    await adjust(store, 'a', await counted(store, 'a', w, 1), { id: 't', until: T0 + 100 })
    expect([await used(store, 'a', w), await used(store, 'b', w), store.size]).toEqual([2, 0, 2])
  })

  test.each(['reject', 'evict'] as const)("are not evicted while they live, with whenFull '%s'", async (whenFull) => {
    const { store, clock } = storeOf({ maxKeys: 4, whenFull })
    await take(store, 'a', w, 5)
    const change = await counted(store, 'a', w, -1)
    for (const id of ['t1', 't2', 't3']) await adjust(store, 'a', change, { id, until: T0 + 100 })
    const failure = await adjust(store, 'a', change, { id: 't4', until: T0 + 100 }).catch(outcomeOf)
    expect(failure).toBe('not-executed')
    // Nothing was changed, and what needs no room is answered.
    expect(await used(store, 'a', w)).toBe(2)
    for (const id of ['t1', 't2', 't3']) {
      expect(await adjust(store, 'a', change, { id, until: T0 + 100 })).toMatchObject({ repeated: true })
    }
    for (let i = 0; i < 20; i++) await taken(store, `flood${i}`, w)
    for (const id of ['t1', 't2', 't3']) {
      expect(await adjust(store, 'a', change, { id, until: T0 + 100 })).toMatchObject({ repeated: true })
    }
    clock.now = T0 + 100
    for (const id of ['b', 'c', 'd']) expect(await taken(store, id, w)).toBe(1)
  })
})

describe('at the cap, after an adjustment', () => {
  test('a counter in debt is spared, also when a part of the debt is given back', async () => {
    const { store } = storeOf({ maxKeys: 1 })
    await take(store, 'a', w, 5)
    await adjust(store, 'a', await counted(store, 'a', w, 10))
    expect(await taken(store, 'b', w)).toBe('not-executed')
    await adjust(store, 'a', await counted(store, 'a', w, -4))
    expect(await taken(store, 'b', w)).toBe('not-executed')
    await adjust(store, 'a', { ...(await counted(store, 'a', w, -4)) })
    expect(await taken(store, 'b', w)).toBe(1)
  })

  test('the answer to a token is not changed by what the first caller does with it', async () => {
    const { store } = storeOf()
    await take(store, 'a', w, 5)
    const change = await counted(store, 'a', w, 2)
    const token = { id: 't', until: T0 + MINUTE }
    const first = await adjust(store, 'a', change, token)
    expect(first).toMatchObject({ repeated: false, windows: [{ applied: 2, used: 7 }] })
    await take(store, 'a', w, 1)
    expect(await adjust(store, 'a', change, token)).toEqual({ ...first, repeated: true })
  })
})
