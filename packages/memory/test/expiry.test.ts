import type { Anchor } from '@rl/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  adjust,
  clear,
  counted,
  MINUTE,
  storeOf,
  storeOfSystem,
  T0,
  take,
  taken,
  takeOf,
  used,
  window,
} from './support.ts'

describe.each<Anchor>(['epoch', 'first-hit'])('windows anchored at %s', (anchor) => {
  const w = window(10, anchor)

  test('a flood of identifiers leaves no more than maxKeys counters', async () => {
    const { store } = storeOf({ maxKeys: 10_000 })
    let most = 0
    for (let i = 0; i < 200_000; i += 100) {
      await store.apply(Array.from({ length: 100 }, (_, j) => takeOf(`u${i + j}`, w)))
      most = Math.max(most, store.size)
    }
    expect(most).toBe(10_000)
    expect(await used(store, 'u199999', w)).toBe(1)
  })

  test('counters are forgotten once their windows are over, without a timer', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length
    const { store, clock } = storeOf()
    for (let i = 0; i < 100; i++) await take(store, `u${i}`, w)
    const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length
    expect(after).toBeLessThanOrEqual(before)
    expect(store.size).toBe(100)
    clock.now += MINUTE - 1
    expect(store.size).toBe(100)
    clock.now += 1
    expect(store.size).toBe(0)
    expect(await taken(store, 'u1', w, 10)).toBe(1)
  })

  test('those of identifiers that never come back do not pile up over many windows', async () => {
    const { store, clock } = storeOf({ maxKeys: 1000 })
    const short = window(1, anchor, 10)
    // All at their limits: with any of them kept beyond its window, the store would be full soon.
    for (let i = 0; i < 20_000; i++) {
      if (i % 50 === 0) clock.now += 10
      expect(await taken(store, `u${i}`, short)).toBe(1)
    }
    clock.now += 10
    expect(store.size).toBe(0)
  })

  describe('after the clock of the system was turned back', () => {
    afterEach(() => {
      vi.restoreAllMocks()
    })

    test('no window lasts longer than its length', async () => {
      const { store, clock } = storeOfSystem()
      await take(store, 'a', w, 10)
      clock.now = T0 - 5 * MINUTE + 100
      const reply = await take(store, 'a', w)
      const end = anchor === 'epoch' ? T0 - 4 * MINUTE : clock.now + MINUTE
      expect(reply).toMatchObject({ timesTaken: 0, now: clock.now, windows: [{ used: 10, resetAt: end }] })
      clock.now = end - 1
      expect(await taken(store, 'a', w)).toBe(0)
      clock.now = end
      expect(await taken(store, 'a', w)).toBe(1)
    })

    test('units go back under the end that the window has now', async () => {
      const { store, clock } = storeOfSystem()
      await take(store, 'a', w, 10)
      clock.now = T0 - 5 * MINUTE
      const window = await counted(store, 'a', w, -1)
      expect(window.resetAt).toBeLessThanOrEqual(clock.now + MINUTE)
      expect(await adjust(store, 'a', window)).toMatchObject({ windows: [{ applied: -1, used: 9 }] })
    })

    test('counters that nobody asks for keep their windows: the clock may be put right again', async () => {
      const { store, clock } = storeOfSystem()
      await take(store, 'a', w, 10)
      clock.now = T0 - 5 * MINUTE
      await take(store, 'b', w, 10)
      clock.now = T0 + MINUTE - 1
      expect([await taken(store, 'a', w), await taken(store, 'b', w)]).toEqual([0, 1])
    })

    test('what is over makes room, though counters of the later time were there before', async () => {
      const { store, clock } = storeOfSystem({ maxKeys: 4 })
      await take(store, 'later1', w, 10)
      await take(store, 'later2', w, 10)
      clock.now = T0 - 1000 * MINUTE
      await take(store, 'back1', w, 10)
      await take(store, 'back2', w, 10)
      expect(await taken(store, 'new', w)).toBe('not-executed')
      clock.now += MINUTE
      for (const key of ['new1', 'new2', 'new3', 'new4']) expect(await taken(store, key, w, 10)).toBe(1)
      expect(store.size).toBe(4)
      clock.now += MINUTE
      expect(store.size).toBe(0)
    })
  })
})

test('epoch windows of one length end together, first-hit windows each in its own time', async () => {
  const { store, clock } = storeOf()
  const anchors: readonly Anchor[] = ['epoch', 'first-hit']
  clock.now = T0 + 10
  for (const anchor of anchors) await take(store, `${anchor} a`, window(5, anchor))
  clock.now = T0 + 20
  for (const anchor of anchors) await take(store, `${anchor} b`, window(5, anchor))
  const sizes = [T0 + MINUTE - 1, T0 + MINUTE, T0 + MINUTE + 10, T0 + MINUTE + 20].map((now) => {
    clock.now = now
    return store.size
  })
  expect(sizes).toEqual([4, 2, 1, 0])
})

test('a read opens no counter', async () => {
  const { store } = storeOf()
  await take(store, 'a', [window(5), window(5, 'first-hit')], 0)
  await take(store, 'a', window(5), 6)
  await adjust(store, 'a', { ...window(5), resetAt: T0 + MINUTE, generation: 0, change: 1 })
  await clear(store, 'a', [window(5)])
  expect(store.size).toBe(0)
})
