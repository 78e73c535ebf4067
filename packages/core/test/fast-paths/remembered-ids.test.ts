import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BoundedMap } from '../../src/fast-paths/bounded-map.ts'
import { denyCache } from '../../src/fast-paths/index.ts'
import { compactId } from '../../src/identity/compact-id.ts'
import { FakeStore } from '../support/fake-store.ts'
import { limiterOn } from '../support/limiter.ts'

const hash = (id: string) => `#${createHash('sha256').update(id).digest('hex')}`

describe('a long identifier is remembered by its hash', () => {
  test('and a short one as it is', () => {
    expect(compactId('x'.repeat(128))).toBe('x'.repeat(128))
    expect(compactId('é😀')).toBe('é😀')
    for (const id of ['x'.repeat(129), 'é'.repeat(200), 'x'.repeat(100_000)]) expect(compactId(id)).toBe(hash(id))
  })

  test('so that nobody can name it', () => {
    const long = 'victim'.repeat(50)
    expect(compactId(hash(long))).not.toBe(compactId(long))
    expect(compactId('#')).toBe(hash('#'))
  })

  test('also where others come between', () => {
    const ids = ['a', 'b'].map((letter) => letter.repeat(500))
    for (let i = 0; i < 3; i++) expect(ids.map(compactId)).toEqual(ids.map(hash))
  })

  test('and denied by itself alone', async () => {
    const store = new FakeStore()
    const limiter = limiterOn(store, { limit: 1, fastPaths: [denyCache()] })
    const long = 'x'.repeat(1000)
    await limiter.limit(long)
    expect(await limiter.limit(long)).toMatchObject({ source: 'deny-cache', id: long })
    for (const id of [`${long}x`, hash(long), hash(long).slice(1)]) {
      expect(await limiter.limit(id)).toMatchObject({ allowed: true, source: 'store', id })
    }
  })
})

describe('a table of what is remembered', () => {
  test.each([1, 2, 3, 10, 1000])('holds at most %i, and those that were used last', (maxKeys) => {
    const map = new BoundedMap<number>(maxKeys)
    for (let i = 0; i < 5000; i++) map.set(`u${i}`, i)
    const held = Array.from({ length: 5000 }, (_, i) => i).filter((i) => map.get(`u${i}`) !== undefined)
    expect(held.length).toBeLessThanOrEqual(maxKeys)
    expect(held.at(-1)).toBe(4999)
    expect(held.length).toBeGreaterThanOrEqual(Math.floor(maxKeys / 2))
  })

  test('keeps what is asked for again and again', () => {
    const map = new BoundedMap<number>(100)
    map.set('hot', 1)
    for (let i = 0; i < 5000; i++) {
      map.set(`u${i}`, i)
      expect(map.get('hot')).toBe(1)
    }
  })

  test('deletes and clears', () => {
    const map = new BoundedMap<number>(4)
    for (let i = 0; i < 4; i++) map.set(`u${i}`, i)
    map.set('u3', 33)
    map.delete('u2')
    expect(map.get('u2')).toBe(undefined)
    const rest = map.clear()
    expect(rest).toContain(33)
    expect(rest).not.toContain(3)
    expect(map.get('u3')).toBe(undefined)
    expect(map.clear()).toEqual([])
  })
})
