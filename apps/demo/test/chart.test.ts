import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type ChartData, drawChart, drawWindow } from '../src/chart.ts'
import { recorded } from './tallies.ts'

const SECOND = Date.UTC(2030, 0, 1, 12, 30, 1)
const FULL = recorded(SECOND, [18, 11, 7, 4], [26, 17, 10, 4])

function chart(...windows: ChartData['windows']): ChartData {
  return { windows, limit: 40, windowMs: 1000, expected: 97, instances: ['A', 'B', 'C', 'D'] }
}

function plainLine(window: ChartData['windows'][number], width = 200): string {
  return drawWindow(window, chart(window), { width, colour: false })
}

function mark(line: string): number {
  return stripVTControlCharacters(line).search(/[|┃]/)
}

describe('without colours', () => {
  test('a unit is a letter where there is room: admitted ones in capitals up to the mark, denied ones behind it', () => {
    const bar = `${'A'.repeat(18)}${'B'.repeat(11)}CCCCCCCDDDD|${'a'.repeat(26)}${'b'.repeat(17)}ccccccccccdddd`
    expect(plainLine(FULL)).toMatch(
      new RegExp(`^ {3}12:30:00 {2}${bar.replace('|', '\\|')} +40/40 admitted, 57 denied$`),
    )
  })

  test('what is left of a limit is dotted', () => {
    expect(plainLine(recorded(SECOND, [1, 0, 2, 0]))).toContain(`ACC${'.'.repeat(37)}|`)
  })

  test('what was admitted beyond the limit is marked, however small the scale', () => {
    const over = recorded(SECOND, [41, 0, 0, 0], [0, 56, 0, 0])
    expect(plainLine(over)).toContain('A|!b')
    expect(plainLine(over, 60)).toContain('A|!b')
    expect(plainLine(over)).toContain('41/40 admitted')
  })

  test('no escape is written', () => {
    expect(drawChart(chart(FULL), { width: 100, colour: false }).join('\n')).not.toContain('\x1b')
  })
})

describe('in colours', () => {
  test('each instance has its own', () => {
    const line = drawWindow(FULL, chart(FULL), { width: 200, colour: true })
    for (const [code, admitted, denied] of [
      [36, 18, 26],
      [35, 11, 17],
      [33, 7, 10],
      [32, 4, 4],
    ] as const) {
      expect(line).toContain(`\x1b[${code}m${'█'.repeat(admitted)}\x1b[39m`)
      expect(line).toContain(`\x1b[${code}m${'░'.repeat(denied)}\x1b[39m`)
    }
  })

  test('it is as wide as without', () => {
    const coloured = drawChart(chart(FULL), { width: 100, colour: true })
    const plain = drawChart(chart(FULL), { width: 100, colour: false })
    expect(stripVTControlCharacters(coloured[1] ?? '')).toHaveLength(plain[1]?.length ?? 0)
  })
})

test.each([45, 60, 79, 99, 119, 250])('at %i columns no line is wider, and the mark stays where it is', (width) => {
  const windows = [FULL, recorded(SECOND + 1000, [1, 0, 0, 0]), recorded(SECOND + 2000, [99, 0, 0, 0], [999, 0, 0, 0])]
  const lines = drawChart(chart(...windows), { width, colour: true })
  for (const line of lines) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(width)
  const [header, ...bars] = lines.slice(0, 4)
  for (const bar of bars) expect(mark(bar)).toBe(mark(header ?? ''))
})

test('the legend says what each instance got in all windows', () => {
  const lines = drawChart(chart(FULL, recorded(SECOND + 1000, [2, 0, 0, 0])), { width: 99, colour: false })
  expect(lines.slice(-4)).toEqual([
    '   A   20 admitted, 26 denied',
    '   B   11 admitted, 17 denied',
    '   C    7 admitted, 10 denied',
    '   D    4 admitted, 4 denied',
  ])
})
