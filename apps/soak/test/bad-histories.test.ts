import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkHistory } from '../src/history/check.ts'
import type { Invariant } from '../src/history/violation.ts'
import type { Bug, SimulatedWindow } from './simulated-counters.ts'
import { simulate, steps } from './simulated-history.ts'

const EPOCH: readonly SimulatedWindow[] = [{ limit: 12, windowMs: 100, anchor: 'epoch' }]
const FIRST_HIT: readonly SimulatedWindow[] = [{ limit: 9, windowMs: 80, anchor: 'first-hit' }]
const TWO: readonly SimulatedWindow[] = [
  { limit: 20, windowMs: 250, anchor: 'epoch' },
  { limit: 8, windowMs: 50, anchor: 'epoch' },
]

/** The violation that every storm over a store with the bug must find. */
type Case = readonly [Bug, Invariant, rule: string]

const ONE_WINDOW: readonly Case[] = [
  ['charges twice', 'I8', 'units were charged that no call took'],
  ['forgets a charge', 'I8', 'an admitted unit is not counted'],
  ['counts in two places', 'I4', 'remaining rose'],
  ['denies without reason', 'I3', 'denied though it fits'],
  ['denies and charges', 'I8', 'units were charged that no call took'],
  ['moves the end of a window', 'I5', 'resetAt is no end of a window'],
  ['loses its data', 'I8', 'an admitted unit is not counted'],
]

describe.each([
  ['an epoch window', EPOCH],
  ['a first-hit window', FIRST_HIT],
] as const)('each of 40 storms over %s is caught when the store', (_, windows) => {
  it.each(ONE_WINDOW)('%s', (bug, invariant, rule) => {
    for (const happened of storms({ faults: false, refunds: false })) {
      const violations = checkHistory(simulate(windows, happened, { bug, at: everySeventh }))
      expect(violations).toContainEqual(expect.objectContaining({ invariant, rule }))
    }
  })
})

/** Answers that are lost can explain what is wrong, so that it is not seen in each storm. */
const AMONG_FAULTS: readonly Case[] = [
  ['charges twice', 'I8', 'units were charged that no call took'],
  ['charges twice when its answer is lost', 'I8', 'units were charged that no call took'],
  ['charges one window of two', 'I7', 'windows were not charged together'],
  ['charges one window of two when its answer is lost', 'I7', 'windows were not charged together'],
  ['refunds into the next window', 'I4', 'remaining rose'],
  ['refunds too much', 'I4', 'remaining rose'],
  ['answers from yesterday', 'I5', 'resetAt fell'],
  ['counts in two places', 'I1', 'a unit was admitted twice'],
]

describe('among faults and refunds, over two windows, several of 40 storms are caught when the store', () => {
  it.each(AMONG_FAULTS)('%s', (bug, invariant, rule) => {
    const caught = storms({ faults: true, refunds: true }).filter((happened) =>
      checkHistory(simulate(TWO, happened, { bug, at: everySeventh })).some(
        (violation) => violation.invariant === invariant && violation.rule === rule,
      ),
    )
    expect(caught.length).toBeGreaterThan(5)
  })
})

/** Always the same ones. */
function storms(chances: { faults: boolean; refunds: boolean }) {
  return fc.sample(steps({ ...chances, resets: false, least: 200, most: 400 }), { seed: 1, numRuns: 40 })
}

function everySeventh(place: number): boolean {
  return place % 7 === 3
}
