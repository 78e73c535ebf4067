import { expect, test } from 'vitest'
import { reconnectDelay } from '../src/index.ts'

test.each([
  [1, 25, 50],
  [2, 50, 100],
  [3, 100, 200],
  [4, 200, 400],
  [5, 200, 400],
  [2000, 200, 400],
])('attempt %i is made after %i to %i ms, and not by all processes at once', (attempt, least, most) => {
  const delays = Array.from({ length: 1000 }, () => reconnectDelay(attempt))
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(least)
  expect(Math.max(...delays)).toBeLessThanOrEqual(most)
  expect(new Set(delays).size).toBeGreaterThan(10)
})
