import { describe, expect, test } from 'vitest'
import { addSecond, beginHistory, recentAverage, SPAN_SECONDS } from '../../src/page/model/history.ts'
import { applySnapshot, beginModel } from '../../src/page/model/model.ts'
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

describe('a history', () => {
  const begin = () => beginHistory(100, { calls: [1, 2] })

  test('a second more moves the others; seconds that were left out are unknown', () => {
    const { until, columns } = addSecond(addSecond(begin(), 101, { calls: 3 }), 104, { calls: 4 })
    expect(columns.calls.slice(-7)).toEqual([null, 1, 2, 3, null, null, 4])
    expect([until, columns.calls.length]).toEqual([104, SPAN_SECONDS])
  })

  test('a second that is known, or older, changes nothing', () => {
    expect([addSecond(begin(), 100, { calls: 9 }), addSecond(begin(), 50, { calls: 9 })]).toEqual([begin(), begin()])
  })

  test('after a gap of days there are as many seconds as before', () => {
    const { calls } = addSecond(begin(), 100 + 2 ** 31, { calls: 9 }).columns
    expect([calls.length, calls.at(-1), calls.at(-2)]).toEqual([SPAN_SECONDS, 9, null])
  })

  test('the recent average is of the last ten seconds, of those that are known', () => {
    expect(recentAverage([100, 1, 2, 3, null, null, 4, 5, 6, 7, 8])).toBe(36 / 8)
    expect(recentAverage([null, null])).toBe(0)
  })
})

describe('a model', () => {
  const first = sampleSnapshot()
  const { limiters } = sampleScript()

  test('a limiter without room in a snapshot has no figures, and its second is unknown', () => {
    const second = { ...first, second: first.second + 1, limiters: first.limiters.slice(0, 1) }
    const model = applySnapshot(beginModel(limiters, first, undefined), second)
    expect(model.limiters.map(({ figures, rates }) => [figures?.name, rates?.columns.admitted.slice(-2)])).toEqual([
      ['api', [68, 68]],
      [undefined, [19, null]],
      [undefined, [2, null]],
    ])
  })

  test('a new stream of the same process keeps the latency of stores, one of another process does not', () => {
    const before = beginModel(limiters, first, undefined)
    const later = { ...first, second: first.second + 2 }
    const latencyAfter = (graph: string) => {
      const process = { graph, host: 'web-1', pid: 1, since: 0 }
      return beginModel(limiters, { ...later, process }, before).stores[0]?.latency.columns.most.slice(-3)
    }
    expect([latencyAfter('one'), latencyAfter('two')]).toEqual([
      [3.4, null, 3.4],
      [null, null, 3.4],
    ])
  })
})
