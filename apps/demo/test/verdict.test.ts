import { describe, expect, test } from 'vitest'
import { Tally } from '../src/tally.ts'
import { judge } from '../src/verdict.ts'
import { recorded } from './tallies.ts'

const SECOND = Date.UTC(2030, 0, 1, 12, 30, 1)

describe('judge', () => {
  test('is content with windows up to the limit', () => {
    const windows = [recorded(SECOND, [3, 2], [4, 4]), recorded(SECOND + 1000, [1, 1])]
    expect(judge(windows, 5)).toEqual({
      ok: true,
      line: '2 windows, at most 5 of 5 admitted in one, never more than the limit: ok',
    })
  })

  test('speaks of a single window', () => {
    expect(judge([recorded(SECOND, [5])], 5).line).toBe('1 window, 5 of 5 admitted, never more than the limit: ok')
  })

  test('fails for one unit too many, wherever it was admitted', () => {
    const windows = [recorded(SECOND, [3, 2]), recorded(SECOND + 1000, [3, 3], [1, 0]), recorded(SECOND + 2000, [5, 0])]
    expect(judge(windows, 5)).toEqual({
      ok: false,
      line: 'FAILED: 6 admitted in the window that ended at 12:30:02 UTC, 1 more than the limit of 5',
    })
  })

  test('fails for a denial while units were left', () => {
    expect(judge([recorded(SECOND, [3, 1], [0, 1])], 5)).toEqual({
      ok: false,
      line: 'FAILED: denied in the window that ended at 12:30:01 UTC, although 1 of 5 were left',
    })
  })

  test('does not take silence for success', () => {
    expect(judge([], 5).ok).toBe(false)
  })
})

describe('Tally', () => {
  test('puts answers into the window they name, whatever the order they come in', () => {
    const tally = new Tally(2)
    tally.record(1, { allowed: true, resetAt: 2000 })
    tally.record(0, { allowed: false, resetAt: 1000 })
    tally.record(1, { allowed: true, resetAt: 1000 })
    expect(tally.windows()).toEqual([
      { resetAt: 1000, admitted: [0, 1], denied: [1, 0] },
      { resetAt: 2000, admitted: [0, 1], denied: [0, 0] },
    ])
  })

  test('holds a window to be over once all instances have moved on', () => {
    const tally = new Tally(2)
    const window = { resetAt: 1000, admitted: [], denied: [] }
    tally.record(0, { allowed: true, resetAt: 2000 })
    tally.record(1, { allowed: true, resetAt: 1000 })
    expect(tally.isOver(window)).toBe(false)
    tally.record(1, { allowed: true, resetAt: 3000 })
    expect(tally.isOver(window)).toBe(true)
  })
})
