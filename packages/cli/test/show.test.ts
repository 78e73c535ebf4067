import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Counter } from '../src/counters/counter.ts'
import { Largest } from '../src/counters/largest.ts'
import { escapeUnsafe, safeJson, safeText } from '../src/show/safe-text.ts'
import { marksFor, table } from '../src/show/table.ts'
import { lengthText, momentText, timeLeft } from '../src/show/time.ts'

const codePoints = fc.string({ unit: 'binary' })

describe('text of strangers', () => {
  test('holds nothing that a terminal obeys, hides or reorders, and JSON reads it back', () => {
    fc.assert(
      fc.property(codePoints, (text) => {
        for (const shown of [safeJson(text), safeText(text)]) {
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u)
        }
        expect(JSON.parse(safeJson(text))).toBe(text)
        expect(escapeUnsafe(escapeUnsafe(text))).toBe(escapeUnsafe(text))
      }),
    )
  })

  test('no two texts look the same', () => {
    fc.assert(
      fc.property(codePoints, codePoints, (one, other) => {
        expect(safeText(one) === safeText(other)).toBe(one === other)
      }),
    )
    // Texts that could be taken for others.
    const texts = ['a', '"a"', ' a', 'a\u00a0', 'a\u200b', 'a\\u200b', 'a\u202e', '\ud800', '\\ud800', '\u{e0061}', '']
    expect(new Set(texts.map(safeText)).size).toBe(texts.length)
  })

  test.each([
    ['user_123', 'user_123'],
    ['ann@example.com', 'ann@example.com'],
    ['2001:db8::1/64', '2001:db8::1/64'],
    ['"日本 é"', '日本 é'],
    ['""', ''],
    [String.raw`"\u001b[31m"`, '\u001b[31m'],
    [String.raw`"\u009b\u007f"`, '\u009b\u007f'],
    [String.raw`"\udb40\udc61"`, '\u{e0061}'],
  ])('%s', (shown, text) => expect(safeText(text)).toBe(shown))
})

describe('times', () => {
  test.each([
    [1, '1ms'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [604_800_000, '1w'],
    [2_592_000_000, '30d'],
  ])('a window of %i ms is %s', (ms, text) => expect(lengthText(ms)).toBe(text))

  test.each([
    [0, '1s'],
    [1, '1s'],
    [59_001, '1m'],
    [200_000, '3m 20s'],
    [86_400_000 + 5000, '1d 5s'],
    [2 ** 53 - 1, '104249991d 8h'],
  ])('%i ms are left as %s', (ms, text) => expect(timeLeft(ms)).toBe(text))

  test('of an end that no date can hold', () => {
    expect(momentText(8.64e15)).toBe('+275760-09-13T00:00:00.000Z')
    expect(momentText(8.64e15 + 1)).toBe('8640000000000001 ms')
  })
})

describe('on a terminal', () => {
  const isColoured = (isTerminal: boolean, env: Record<string, string>): boolean =>
    table(['A'], [['1']], marksFor(isTerminal, env)).includes('\u001b')

  test('text is marked, elsewhere and under NO_COLOR it is not', () => {
    expect(isColoured(true, {})).toBe(true)
    expect(isColoured(true, { NO_COLOR: '' })).toBe(true)
    expect(isColoured(true, { NO_COLOR: '1' })).toBe(false)
    expect(isColoured(true, { TERM: 'dumb' })).toBe(false)
    expect(isColoured(false, {})).toBe(false)
  })
})

describe('the largest', () => {
  test('are those that sorting would give, each once', () => {
    const counters = fc.array(fc.record({ used: fc.integer({ min: 0, max: 9 }), key: fc.constantFrom(...'abcdefgh') }))
    fc.assert(
      fc.property(counters, fc.integer({ min: 1, max: 5 }), (list, size) => {
        // A key has one count, however often SCAN returns it.
        const counts = new Map(list.map(({ key, used }) => [key, used]))
        const all = list.map(({ key }) => counterOf(key, counts.get(key) ?? 0))
        const largest = new Largest(size)
        for (const each of all) largest.add(each)
        const expected = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, size)
        expect(largest.sorted().map(({ key, used }) => [key, used])).toEqual(expected)
      }),
    )
  })
})

function counterOf(key: string, used: number): Counter {
  const ends = { generation: 0, resetAt: 2, resetAfterMs: 1 }
  return { name: 'a', id: 'b', idHash: null, key, window: '1m', anchor: 'epoch', unit: null, used, ...ends }
}
