import { expect, test } from 'vitest'
import { compareCase, compareSamples, sharedCases } from '../src/against/compare.ts'
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
  expect(rows).toEqual([
    {
      ...CASE,
      subject: '@rl/ioredis',
      metric: 'decisions/s',
      rounds: 8,
      before: 500,
      after: 1000,
      better: 2,
      low: 2,
      high: 2,
      verdict: 'better',
    },
    {
      ...CASE,
      subject: '@rl/ioredis',
      metric: 'server µs per decision',
      rounds: 8,
      before: 2,
      after: 1,
      better: 2,
      low: 2,
      high: 2,
      verdict: 'better',
    },
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

test('a row is worse only if all of the interval is', () => {
  const rounds = (ratios: readonly number[]) =>
    compareSamples(ratios.map((ratio) => [{ 'decisions/s': 100 }, { 'decisions/s': 100 * ratio }]))[0]
  const slower = Array.from({ length: 15 }, (_, i) => 0.8 + i / 100)
  expect(rounds(slower)).toMatchObject({ verdict: 'worse' })
  expect(rounds([...slower.slice(4), 1.1, 1.1, 1.1, 1.1])).toMatchObject({ verdict: 'same' })
})

test('too few rounds tell nothing, but bytes and counted instructions are exact', () => {
  const seven = Array.from({ length: 7 }, () => [{ 'decisions/s': 1 }, { 'decisions/s': 2 }] as const)
  expect(compareSamples(seven)[0]).toMatchObject({ better: 2, verdict: 'same' })
  const bytes = [{ 'bytes per identifier': 100 }, { 'bytes per identifier': 200 }] as const
  expect(compareSamples([bytes])[0]).toMatchObject({ better: 0.5, verdict: 'worse' })
  const counted = [{ 'server instructions per decision': 200 }, { 'server instructions per decision': 100 }] as const
  expect(compareSamples([counted, counted])[0]).toMatchObject({ better: 2, verdict: 'better' })
})

test('figures that are the same in both are the same, also where they are 0', () => {
  const [row] = compareSamples([[{ 'commands per decision': 0 }, { 'commands per decision': 0 }]])
  expect(row).toMatchObject({ better: 1, low: 1, high: 1, verdict: 'same' })
})

test('the report repeats what got worse', async () => {
  const worse = await compareCase(side('old', 1, []), side('new', 2, []), CASE, 8)
  expect(comparisonReport(worse, 'old', 'new')).toContain('Worse:')
  const better = await compareCase(side('old', 2, []), side('new', 1, []), CASE, 8)
  expect(comparisonReport(better, 'old', 'new')).toContain('No row is worse.')
})
