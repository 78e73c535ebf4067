import { describe, expect, test } from 'vitest'
import { formatDuration, formatRate, formatShare } from '../../src/page/text/format.ts'
import { visibleText } from '../../src/page/text/visible-text.ts'
import { windowText } from '../../src/page/text/window-text.ts'

describe('visibleText', () => {
  test.each([
    ['letters, signs and single spaces stay', 'user_1 é 日本 🙂 <b>&', 'user_1 é 日本 🙂 <b>&'],
    ['a mark that turns the direction', 'a\u202eb', 'a [U+202E] b'],
    ['marks that isolate', '\u2066a\u2069', ' [U+2066] a [U+2069] '],
    ['control characters', 'a\u0000\n\u007f\u009b', 'a [U+0000]  [U+000A]  [U+007F]  [U+009B] '],
    ['ends of lines', 'a\u2028\u2029', 'a [U+2028]  [U+2029] '],
    [
      'what is not seen',
      'a\u200b\u00ad\u{e0041}\u3164\ufeff\u2800',
      'a [U+200B]  [U+00AD]  [U+E0041]  [U+3164]  [U+FEFF]  [U+2800] ',
    ],
    ['spaces of other kinds', 'a\u00a0\u2003\u3000', 'a [U+00A0]  [U+2003]  [U+3000] '],
    ['half a pair', 'a\ud800', 'a [U+D800] '],
    ['private and unassigned characters', '\ue000\u{fffff}', ' [U+E000]  [U+FFFFF] '],
  ])('%s', (_, text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  test('a long one says how much is left out', () => {
    expect(visibleText('🙂'.repeat(1000))).toBe(`${'🙂'.repeat(160)} [and 840 more] `)
  })
})

test.each([
  [0, '0'],
  [0.25, '0.3'],
  [9.96, '10'],
  [1234.5, '1,235'],
  [12_345, '12.3K'],
])('a rate of %d is %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text)
})

test.each([
  [0.999, '99 %'],
  [1, '100 %'],
])('a share of %d is %s: full is only what is full', (share, text) => {
  expect(formatShare(share)).toBe(text)
})

test.each([
  [-5, '0 s'],
  [4230, '4.2 s'],
  [59_900, '1 min'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [187_500_000, '2 d 4 h'],
  [86_430_000, '1 d'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [{ limit: 100, length: '1m', anchor: 'epoch' }, '100 per minute'],
  [{ limit: 5, length: '10m', anchor: 'first-hit' }, '5 per 10 minutes'],
  [{ unit: 'tokens', limit: 2_000_000, length: '1500ms', anchor: 'epoch' }, '2,000,000 tokens per 1,500 milliseconds'],
  [{ limit: 9, length: 'month', anchor: 'calendar', timeZone: 'Europe/Berlin' }, '9 per month (Europe/Berlin)'],
] as const)('%o is %s', (window, text) => {
  expect(windowText(window)).toBe(text)
})
