import { summarize } from '@rl/measure'
import { describe, expect, test } from 'vitest'
import { judge, margin, meets } from '../src/judge.ts'
import { FULL } from '../src/plan.ts'
import type { FigureAddress } from '../src/results.ts'
import { casesOf } from '../src/scenario.ts'
import { SCENARIOS } from '../src/scenarios/index.ts'
import { TARGETS } from '../src/targets.ts'

const address = (subject: string): FigureAddress => ({ scenario: 's', case: 'c', subject, metric: 'decisions/s' })

function resultsOf(figures: Readonly<Record<string, readonly number[]>>) {
  const rows = Object.entries(figures).map(([subject, samples]) => ({ ...address(subject), ...summarize(samples) }))
  return { scenarios: [{ name: 's', figures: rows }] }
}

const target = {
  what: 'twice theirs',
  of: address('ours'),
  against: [address('theirs'), address('theirs at their best')],
  bound: { atLeast: 2 },
}

describe('targets', () => {
  test('are met on the bound, except for "under"', () => {
    expect(meets({ atLeast: 3 }, 3)).toBe(true)
    expect(meets({ atLeast: 3 }, 2.99)).toBe(false)
    expect(meets({ atMost: 0.5 }, 0.5)).toBe(true)
    expect(meets({ atMost: 0.5 }, 0.51)).toBe(false)
    expect(meets({ under: 1 }, 1)).toBe(false)
    expect(meets({ under: 1 }, 0.9)).toBe(true)
  })

  test('compare medians', () => {
    const [met] = judge([target], resultsOf({ ours: [1, 200, 300], theirs: [100, 1, 900] }))
    expect(met).toMatchObject({ met: true, measured: { median: 2 } })
    const [missed] = judge([target], resultsOf({ ours: [199], theirs: [100] }))
    expect(missed).toMatchObject({ met: false, measured: { median: 1.99 } })
  })

  test('hold against the best settings of a peer', () => {
    const theirs = { theirs: [100], 'theirs at their best': [110] }
    expect(judge([target], resultsOf({ ours: [210], ...theirs }))[0]).toMatchObject({ met: false })
    const bytes = (subject: string): FigureAddress => ({ ...address(subject), metric: 'bytes' })
    const half = { what: 'half', of: bytes('ours'), against: [bytes('theirs'), bytes('best')], bound: { atMost: 0.5 } }
    const figures = Object.entries({ ours: 50, theirs: 101, best: 99 }).map(([subject, value]) => ({
      ...bytes(subject),
      ...summarize([value]),
    }))
    expect(judge([half], { scenarios: [{ name: 's', figures }] })[0]).toMatchObject({ met: false })
  })

  test('may be about one figure alone', () => {
    const [alone] = judge([{ what: 'few', of: address('ours'), bound: { atMost: 5 } }], resultsOf({ ours: [4, 5, 9] }))
    expect(alone).toMatchObject({ met: true, measured: { median: 5 } })
  })

  test('that were not measured are neither met nor missed', () => {
    const [verdict] = judge([target], resultsOf({ ours: [1] }))
    expect(verdict).toMatchObject({ met: undefined, measured: undefined })
  })

  test('are passed by a margin, whichever way is better', () => {
    expect(margin({ atLeast: 3 }, 6)).toBe(2)
    expect(margin({ atMost: 0.5 }, 0.25)).toBe(2)
    expect(margin({ under: 1 }, 2)).toBe(0.5)
  })

  test('are all about cases that a run measures', () => {
    const cases = SCENARIOS.flatMap((scenario) => casesOf(scenario, FULL).map((one) => `${scenario.name}: ${one.name}`))
    const wanted = TARGETS.flatMap(({ of, against = [] }) => [of, ...against])
    expect(
      wanted.map(({ scenario, case: name }) => `${scenario}: ${name}`).filter((one) => !cases.includes(one)),
    ).toEqual([])
  })
})
