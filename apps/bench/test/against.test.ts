import { expect, test } from 'vitest'
import { compareCase, type PairedFigure, sharedCases, summarizePairs } from '../src/against/compare.ts'
import { comparisonReport } from '../src/against/report.ts'
import type { Side } from '../src/against/side.ts'

/** A build that logs what it is asked, and needs `cost` for each decision. */
function side(label: string, cost: number, log: string[], subjects: readonly string[] = ['@rl/ioredis']): Side {
  return {
    label,
    cases: async () => [{ scenario: 'speed', case: '1 caller' }],
    open: async () => subjects,
    warmUp: async () => void log.push(`${label} warms up`),
    round: async () => {
      log.push(label)
      return { 'decisions/s': 1000 / cost, 'server µs per decision': cost }
    },
    close: async () => void log.push(`${label} closes`),
    stop: async () => {},
  }
}

const CASE = { scenario: 'speed', case: '1 caller' }

test('two builds warm up, take turns, and swap who goes first', async () => {
  const log: string[] = []
  const rows = await compareCase(side('old', 2, log), side('new', 1, log), CASE, 8)
  const turns = ['old', 'new', 'new', 'old']
  expect(log).toEqual([
    'old warms up',
    'new warms up',
    ...turns,
    ...turns,
    ...turns,
    ...turns,
    'old closes',
    'new closes',
  ])
  const figure = { ...CASE, subject: '@rl/ioredis', better: 2 }
  expect(rows).toEqual([
    { ...figure, metric: 'decisions/s', before: 500, after: 1000 },
    { ...figure, metric: 'server µs per decision', before: 2, after: 1 },
  ])
})

test('a subject that one build does not have is left out, as is a case', async () => {
  const log: string[] = []
  const old = side('old', 1, log, ['@rl/ioredis'])
  const now = side('new', 1, log, ['@rl/ioredis', '@rl/valkey'])
  expect((await compareCase(old, now, CASE, 1)).map(({ subject }) => subject)).toEqual(['@rl/ioredis', '@rl/ioredis'])
  const more: Side = { ...now, cases: async () => [CASE, { scenario: 'speed', case: '8 callers' }] }
  expect(await sharedCases(old, more)).toEqual([CASE])
})

test('a case is closed in both builds when one of them fails', async () => {
  const log: string[] = []
  const failing: Side = { ...side('new', 1, log), round: () => Promise.reject(new Error('admitted too many')) }
  await expect(compareCase(side('old', 1, log), failing, CASE, 1)).rejects.toThrow('admitted too many')
  expect(log.slice(-2)).toEqual(['old closes', 'new closes'])
})

/** A pair whose later build is better by this factor. */
const pair = (better: number): readonly PairedFigure[] => [
  { ...CASE, subject: '@rl/ioredis', metric: 'decisions/s', before: 100, after: 100 * better, better },
]

test('a row is worse only if its upper bound is', () => {
  expect(summarizePairs([0.8, 0.85, 0.9].map(pair))[0]).toMatchObject({ verdict: 'worse', pairs: 3, after: 85 })
  expect(summarizePairs([0.8, 0.85, 1.1].map(pair))[0]).toMatchObject({ verdict: 'same' })
  expect(summarizePairs([1.2, 1.25, 1.3].map(pair))[0]).toMatchObject({ verdict: 'better' })
})

test('the mean of twice as good and half as good is the same', () => {
  expect(summarizePairs([2, 0.5].map(pair))[0]?.better).toBeCloseTo(1)
})

test('figures that do not vary differ however little', () => {
  expect(summarizePairs([0.999, 0.999].map(pair))[0]).toMatchObject({ verdict: 'worse', low: 0.999, high: 0.999 })
})

test('figures that are the same in both are the same, also where they are 0', async () => {
  const nothing: Side = { ...side('old', 1, []), round: async () => ({ 'commands per decision': 0 }) }
  const [row] = summarizePairs([
    await compareCase(nothing, nothing, CASE, 1),
    await compareCase(nothing, nothing, CASE, 1),
  ])
  expect(row).toMatchObject({ better: 1, low: 1, high: 1, verdict: 'same' })
})

test('the report repeats what got worse', () => {
  expect(comparisonReport(summarizePairs([0.5, 0.5].map(pair)), 'old', 'new')).toContain('Worse:')
  expect(comparisonReport(summarizePairs([2, 2].map(pair)), 'old', 'new')).toContain('No row is worse.')
})
