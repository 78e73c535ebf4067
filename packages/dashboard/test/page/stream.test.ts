import { describe, expect, test } from 'vitest'
import { applySnapshot, beginModel } from '../../src/page/model/model.ts'
import { addSecond, type Rates, ratesOfPast, recentRate, SPAN_SECONDS } from '../../src/page/model/rates.ts'
import { backoffMs } from '../../src/page/stream/backoff.ts'
import { EventParser } from '../../src/page/stream/event-parser.ts'
import { sampleScript, sampleSnapshot } from './samples.ts'

describe('EventParser', () => {
  const text = ': hello\n\nevent: a\ndata: {"x":1}\n\nevent: b\r\ndata: 1\r\ndata: 2\r\n\r\nevent: cut\ndata: 3'

  test.each([1, 2, 3, 7, text.length])('finds the same events in chunks of %d characters', (length) => {
    const parser = new EventParser()
    const chunks = text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? []
    expect(chunks.flatMap((chunk) => parser.push(chunk))).toEqual([
      { name: 'a', data: '{"x":1}' },
      { name: 'b', data: '1\n2' },
    ])
  })
})

test('each failure doubles the wait up to half a minute, of which half is by chance', () => {
  expect([1, 2, 5, 6, 100].map((failures) => backoffMs(failures, 0))).toEqual([500, 1000, 8000, 15_000, 15_000])
  expect([1, 2, 5, 6, 100].map((failures) => backoffMs(failures, 1))).toEqual([1000, 2000, 16_000, 30_000, 30_000])
})

describe('rates', () => {
  const counts = (admitted: number) => ({ admitted, denied: 0, failed: 0 })
  const begin = (): Rates => ratesOfPast({ until: 100, admitted: [1, 2], denied: [0, 0], failed: [0, 0] })

  test('a second more moves the others; seconds that were left out are unknown', () => {
    const rates = addSecond(addSecond(begin(), 101, counts(3)), 104, counts(4))
    expect(rates.admitted.slice(-7)).toEqual([null, 1, 2, 3, null, null, 4])
    expect([rates.until, rates.admitted.length]).toEqual([104, SPAN_SECONDS])
  })

  test('a second that is known, or older, changes nothing', () => {
    const rates = begin()
    expect([addSecond(rates, 100, counts(9)), addSecond(rates, 50, counts(9))]).toEqual([rates, rates])
  })

  test('after a gap of days there are as many seconds as before', () => {
    const { admitted } = addSecond(begin(), 100 + 2 ** 31, counts(9))
    expect([admitted.length, admitted.at(-1), admitted.at(-2)]).toEqual([SPAN_SECONDS, 9, null])
  })

  test('the rate is the average of the last ten seconds, of those that are known', () => {
    expect(recentRate([100, 1, 2, 3, null, null, 4, 5, 6, 7, 8])).toBe(36 / 8)
    expect(recentRate([null, null])).toBe(0)
  })
})

test('a limiter without room in a snapshot has no figures, and its second is unknown', () => {
  const { limiters } = sampleScript()
  const first = sampleSnapshot()
  const second = { ...first, second: first.second + 1, limiters: first.limiters.slice(0, 1) }
  const model = applySnapshot(beginModel(limiters, first).limiters, second)
  expect(model.limiters.map(({ figures, rates }) => [figures?.name, rates?.admitted.slice(-2)])).toEqual([
    ['api', [68, 68]],
    [undefined, [19, null]],
    [undefined, [2, null]],
  ])
})
