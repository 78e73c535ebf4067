import { tenthUnlessThorough } from '@rl/test-servers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkHistory } from '../src/history/check.ts'
import type { SimulatedWindow } from './simulated-counters.ts'
import { simulate, steps } from './simulated-history.ts'

const POLICIES: Readonly<Record<string, readonly SimulatedWindow[]>> = {
  'one epoch window': [{ limit: 12, windowMs: 100, anchor: 'epoch' }],
  'one first-hit window': [{ limit: 9, windowMs: 80, anchor: 'first-hit' }],
  'two epoch windows': [
    { limit: 8, windowMs: 50, anchor: 'epoch' },
    { limit: 20, windowMs: 250, anchor: 'epoch' },
  ],
  'windows of both anchors': [
    { limit: 20, windowMs: 300, anchor: 'first-hit' },
    { limit: 10, windowMs: 70, anchor: 'epoch' },
  ],
}

const CHANCES = {
  'without faults, refunds and resets': { faults: false, refunds: false, resets: false },
  'with faults': { faults: true, refunds: false, resets: false },
  'with faults and refunds': { faults: true, refunds: true, resets: false },
  'with faults, refunds and resets': { faults: true, refunds: true, resets: true },
}

describe.each(Object.entries(POLICIES))('the history of an atomic counter with %s', (_, windows) => {
  it.each(Object.entries(CHANCES))('is sound %s', (_, chances) => {
    fc.assert(
      fc.property(steps(chances), (happened) => {
        expect(checkHistory(simulate(windows, happened))).toEqual([])
      }),
      { numRuns: tenthUnlessThorough(300) },
    )
  })
})
