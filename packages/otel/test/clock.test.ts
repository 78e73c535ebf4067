import { afterEach, expect, test, vi } from 'vitest'
import { toEpochMs } from '../src/spans/clock.ts'

afterEach(() => {
  vi.restoreAllMocks()
  toEpochMs(0) // takes the clock back over
})

/** The system's clock is ahead of the one that the process counts by. */
function setClock(aheadMs: number): void {
  vi.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + aheadMs)
}

test('a clock that was set is followed, and one that lacks fractions of a millisecond is not', () => {
  setClock(0)
  const at = performance.timeOrigin + 5
  expect(toEpochMs(5)).toBeCloseTo(at, 0)
  const before = toEpochMs(5)
  setClock(-0.9)
  expect(toEpochMs(5)).toBe(before)
  setClock(3_600_000)
  expect(toEpochMs(5)).toBeCloseTo(at + 3_600_000, 0)
  setClock(-3_600_000)
  expect(toEpochMs(5)).toBeCloseTo(at - 3_600_000, 0)
})
