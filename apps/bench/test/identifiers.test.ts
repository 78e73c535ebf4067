import { expect, test } from 'vitest'
import { distinct, heavyTailed, zipf } from '../src/identifiers.ts'

test('distinct: each caller has its own', () => {
  const { ids, picks } = distinct(3)
  expect([...picks].map((pick) => ids[pick])).toEqual(['user_0', 'user_1', 'user_2'])
})

test('Zipf: the first is asked for most, by the law, and the same in every run', () => {
  const { picks } = zipf(10_000, 1.1)
  const asked = new Map<number, number>()
  for (const pick of picks) asked.set(pick, (asked.get(pick) ?? 0) + 1)
  const share = (rank: number): number => asked.get(rank - 1) ?? 0
  expect(share(1) / share(2)).toBeCloseTo(2 ** 1.1, 0)
  expect(share(1) / share(10)).toBeGreaterThan(10)
  expect(Math.max(...picks)).toBeLessThan(10_000)
  expect(zipf(10_000, 1.1).picks).toEqual(picks)
})

test('heavy-tailed costs: whole numbers within bounds, the same in every run; one in a hundred is a tenth of all', () => {
  const costs = heavyTailed(200, 128_000, 1.2)
  expect(Math.min(...costs)).toBe(200)
  expect(Math.max(...costs)).toBe(128_000)
  expect(heavyTailed(200, 128_000, 1.2)).toEqual(costs)
  const sum = (of: Uint32Array): number => of.reduce((total, each) => total + each, 0)
  const largest = costs.toSorted().slice(-costs.length / 100)
  expect(sum(largest) / sum(costs)).toBeGreaterThan(0.1)
  expect(new Set(costs).size).toBeGreaterThan(4000)
})
