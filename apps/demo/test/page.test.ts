import { describe, expect, test } from 'vitest'
import { displayOn } from '../src/display.ts'
import { pageOn } from '../src/page.ts'
import { recordingPage } from './recording-page.ts'
import { recorded } from './tallies.ts'

const TERMINAL = { write: () => true, isTTY: true, columns: 120, rows: 40 }

describe('pageOn', () => {
  test('draws in place and in colour on a terminal', () => {
    expect(pageOn(TERMINAL, {})).toMatchObject({ live: true, colour: true })
    expect(pageOn(TERMINAL, {}).width()).toBe(119)
  })

  test('writes plainly to a pipe, in CI and to a dumb terminal', () => {
    expect(pageOn({ write: () => true }, {})).toMatchObject({ live: false, colour: false })
    expect(pageOn(TERMINAL, { CI: 'true' })).toMatchObject({ live: false, colour: false })
    expect(pageOn(TERMINAL, { TERM: 'dumb' })).toMatchObject({ live: false, colour: false })
  })

  test('leaves colours out where they are not wanted', () => {
    expect(pageOn(TERMINAL, { NO_COLOR: '1' })).toMatchObject({ live: true, colour: false })
  })

  test('does not draw in place where the drawing would not fit', () => {
    expect(pageOn({ ...TERMINAL, rows: 10 }, {})).toMatchObject({ live: false, colour: true })
  })
})

const FIRST = recorded(1_000, [2, 2], [1, 0])
const SECOND = recorded(2_000, [1, 0])
const chart = { limit: 4, windowMs: 1000, expected: 8, instances: ['A', 'B'] }

test('a live display draws over itself and gives the cursor back', () => {
  const page = recordingPage(true)
  const display = displayOn(page)
  display.update({ ...chart, windows: [FIRST] }, () => false)
  expect(page.text.startsWith('\x1b[?25l')).toBe(true)
  const before = page.text.length
  display.end({ ...chart, windows: [FIRST, SECOND] })
  expect(page.text.slice(before).startsWith('\x1b[5A\r')).toBe(true)
  display.close()
  expect(page.text.endsWith('\x1b[?25h')).toBe(true)
})

test('a plain display writes each window once, when it is over, and again only if that was too early', () => {
  const page = recordingPage()
  const display = displayOn(page)
  const isFirst = (window: { resetAt: number }): boolean => window.resetAt === 1_000
  display.update({ ...chart, windows: [FIRST, SECOND] }, isFirst)
  display.update({ ...chart, windows: [FIRST, SECOND] }, isFirst)
  expect(page.text.match(/^.*\/4 admitted.*$/gm)).toHaveLength(1)
  display.end({ ...chart, windows: [recorded(1_000, [2, 2], [2, 0]), SECOND] })
  expect(page.text.match(/\d\/4 admitted, \d denied/g)).toEqual([
    '4/4 admitted, 1 denied',
    '4/4 admitted, 2 denied',
    '1/4 admitted, 0 denied',
  ])
})
