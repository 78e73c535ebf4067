import { describe, expect, it } from 'vitest'
import { checkHistory } from '../src/history/check.ts'
import type { History, Operation } from '../src/history/operation.ts'
import { admitted, denied, END, failed, historyOf, looked, peeked, refunded, WINDOW } from './written-history.ts'

describe('a history is sound', () => {
  const sound: Readonly<Record<string, readonly Operation[]>> = {
    'when calls that overlap are answered in another order than they came': [
      admitted([0, 9], 1, 2),
      admitted([1, 8], 1, 1),
    ],
    'when a call of unknown outcome took the units that nobody else did': [failed([0, 1], 2), admitted([2, 3], 1, 3)],
    'when a call of unknown outcome took its units long after it was given up': [
      failed([0, 1], 2),
      admitted([2, 3], 1, 1),
      admitted([4, 5], 1, 4),
    ],
    'when a call of unknown outcome took nothing': [failed([0, 1], 2), admitted([2, 3], 1, 1)],
    'when a denial came before the units were taken that it was denied by, but overlaps with the call that took them': [
      admitted([0, 1], 9, 9),
      denied([2, 5], 2, 9),
      admitted([3, 4], 1, 10),
    ],
    'when a unit was admitted again after it was given back': [
      admitted([0, 1], 10, 10),
      refunded([2, 3], 4),
      admitted([4, 5], 4, 10),
    ],
    'when a refund took effect some time within its call': [
      admitted([0, 1], 5, 5),
      refunded([2, 9], 5),
      peeked([3, 4], 5),
      peeked([5, 6], 0),
    ],
  }
  it.each(Object.entries(sound))('%s', (_, operations) => {
    expect(checkHistory(historyOf(...operations))).toEqual([])
  })
})

describe('a history is caught', () => {
  const broken: readonly (readonly [string, string, History])[] = [
    [
      'when two calls were admitted to the same unit',
      'I1 a unit was admitted twice',
      historyOf(admitted([0, 1], 2, 2), admitted([0, 1], 1, 2)),
    ],
    [
      'when more was admitted than the limit',
      'I1 more admitted than the limit',
      historyOf(admitted([0, 1], 9, 9), admitted([0, 1], 9, 10)),
    ],
    [
      'when more was admitted again than was given back',
      'I1 a unit was admitted twice',
      historyOf(admitted([0, 1], 10, 10), refunded([2, 3], 1), admitted([4, 5], 2, 10)),
    ],
    [
      'when a denied call would have fitted',
      'I3 denied though it fits',
      historyOf(admitted([0, 1], 8, 8), denied([2, 3], 2, 8)),
    ],
    [
      'when a call was checked against another limit than its own',
      'I3 checked against another limit',
      historyOf({ ...admitted([0, 1], 1, 1), limits: [20] }),
    ],
    [
      'when more is used than the limit that a call was admitted under',
      'I3 remaining is out of range',
      historyOf(admitted([0, 1], 11, 11)),
    ],
    [
      'when an admitted call took less than its cost',
      'I3 admitted though it does not fit',
      historyOf(admitted([0, 1], 3, 2)),
    ],
    [
      'when a denial tells of units that nobody had taken',
      'I8 units were charged that no call took',
      historyOf(admitted([0, 1], 8, 8), denied([2, 3], 2, 9)),
    ],
    [
      'when a denial tells of units that were taken only after it had returned',
      'I4 remaining rose',
      historyOf(admitted([0, 1], 9, 9), denied([2, 3], 1, 10), admitted([4, 5], 1, 10)),
    ],
    [
      'when a call was charged twice',
      'I8 units were charged that no call took',
      historyOf(admitted([0, 1], 1, 1), admitted([2, 3], 1, 3)),
    ],
    [
      'when a call was charged twice and its answer tells of one charge',
      'I8 units were charged that no call took',
      historyOf(admitted([0, 1], 1, 1), looked([2, 3], 2)),
    ],
    [
      'when more was charged than calls of unknown outcome asked for',
      'I8 units were charged that no call took',
      historyOf(failed([0, 1], 1), admitted([2, 3], 1, 3)),
    ],
    [
      'when a charge could only be that of a call that came later',
      'I8 units were charged that no call took',
      historyOf(admitted([0, 1], 1, 2), failed([2, 3], 1)),
    ],
    [
      'when a call that is said not to have run was charged',
      'I8 units were charged that no call took',
      historyOf(failed([0, 1], 1, 'not-executed'), admitted([2, 3], 1, 2)),
    ],
    [
      'when one call of unknown outcome was charged in two windows',
      'I8 units were charged that no call took',
      historyOf(failed([0, 1], 1), admitted([2, 3], 1, 2), admitted([4, 5], 1, 2, END + 1000)),
    ],
    [
      'when a call of unknown outcome was charged to a window that was over when it came',
      'I8 units were charged that no call took',
      historyOf(peeked([0, 1], 0, END + 1000), failed([2, 3], 1), admitted([0, 4], 1, 2)),
    ],
    [
      'when an admitted call was not charged',
      'I8 an admitted unit is not counted',
      historyOf(admitted([0, 1], 1, 1), looked([2, 3], 0)),
    ],
    [
      'when remaining rose along real time',
      'I4 remaining rose',
      historyOf(admitted([0, 9], 1, 1), admitted([0, 9], 1, 2), peeked([1, 2], 2), peeked([3, 4], 1)),
    ],
    [
      'when an answer overtook one that had returned before it was asked for',
      'I4 remaining rose',
      historyOf(admitted([0, 1], 1, 2), admitted([2, 3], 1, 1)),
    ],
    [
      'when remaining rose by a refund that had returned before',
      'I4 remaining rose',
      historyOf(admitted([0, 1], 8, 8), refunded([2, 3], 3), admitted([4, 5], 2, 7), peeked([6, 7], 6)),
    ],
    [
      'when a refund went to the next window',
      'I8 an admitted unit is not counted',
      historyOf(
        admitted([0, 1], 2, 2),
        admitted([2, 3], 2, 2, END + 1000),
        refunded([4, 5], 2, END),
        peeked([6, 7], 0, END + 1000),
      ),
    ],
    [
      'when a refund was not given',
      'I8 more used than was taken',
      historyOf(admitted([0, 1], 5, 5), refunded([2, 3], 5), peeked([4, 5], 5)),
    ],
    [
      'when a window by the epoch ends where none can',
      'I5 resetAt is no end of a window',
      historyOf(admitted([0, 1], 1, 1, END + 1)),
    ],
    [
      'when an answer about an earlier window comes after one about a later window',
      'I5 resetAt fell',
      historyOf(admitted([0, 1], 1, 1, END + 1000), admitted([2, 3], 1, 1)),
    ],
    [
      'when a first-hit window has two ends',
      'I5 one window has two ends',
      {
        windows: [{ windowMs: 1000, anchor: 'first-hit' }],
        operations: [admitted([0, 1], 1, 1, 2000), admitted([2, 3], 1, 2, 2001)],
      },
    ],
    [
      'when of two windows that began together one counts more',
      'I7 windows were not charged together',
      {
        windows: [WINDOW, { windowMs: 500, anchor: 'epoch' }],
        operations: [
          {
            ...looked([0, 1], 2),
            counters: [
              { used: 2, resetAt: END, ttlMs: 500 },
              { used: 1, resetAt: END - 500, ttlMs: 100 },
            ],
          },
        ],
      },
    ],
    [
      'when a counter goes away before its window ends',
      'I6 a counter does not expire with its window',
      historyOf(looked([0, 1], 0, 499)),
    ],
    ['when a counter has no expiry', 'I6 a counter does not expire with its window', historyOf(looked([0, 1], 0, -1))],
    [
      'when a counter stays longer than its window',
      'I6 a counter does not expire with its window',
      historyOf(looked([0, 1], 0, 1001)),
    ],
  ]
  it.each(broken)('%s', (_, reason, history) => {
    const reasons = checkHistory(history).map(({ invariant, rule }) => `${invariant} ${rule}`)
    expect(reasons).toContain(reason)
  })
})

describe('where data were lost', () => {
  const twice = historyOf(admitted([0, 1], 10, 10), admitted([2, 3], 10, 10))

  it('a window admits its limit once more for each loss', () => {
    expect(checkHistory(twice, { losses: 1 })).toEqual([])
  })

  it('and nothing beyond that', () => {
    const thrice = historyOf(...twice.operations, admitted([4, 5], 1, 1))
    expect(checkHistory(thrice, { losses: 1 })).toMatchObject([{ invariant: 'I9' }])
    expect(checkHistory(thrice, { losses: 2 })).toEqual([])
  })
})

describe('where units are taken ahead', () => {
  const ahead = { holders: 2, units: 3 }

  it('they may be used though no call took them yet', () => {
    expect(checkHistory({ ...historyOf(admitted([0, 1], 1, 1), looked([2, 3], 7)), ahead })).toEqual([])
  })

  it('but not more than all holders can have', () => {
    const history = { ...historyOf(admitted([0, 1], 1, 1), looked([2, 3], 8)), ahead }
    expect(checkHistory(history)).toMatchObject([{ invariant: 'I8', rule: 'more used than was taken' }])
  })

  it('what was admitted is counted all the same', () => {
    const history = { ...historyOf(admitted([0, 1], 1, 1), looked([2, 3], 0)), ahead }
    expect(checkHistory(history)).toMatchObject([{ invariant: 'I8', rule: 'an admitted unit is not counted' }])
  })

  it('windows follow one another all the same', () => {
    const history = { ...historyOf(admitted([0, 1], 1, 1, END + 1000), admitted([2, 3], 1, 1)), ahead }
    expect(checkHistory(history)).toMatchObject([{ invariant: 'I5', rule: 'resetAt fell' }])
  })

  it('the limit holds', () => {
    const history = { ...historyOf(admitted([0, 1], 9, 9), admitted([0, 1], 2, 10)), ahead }
    expect(checkHistory(history)).toMatchObject([{ invariant: 'I1' }])
  })
})
