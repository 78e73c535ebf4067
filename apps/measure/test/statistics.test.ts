import { describe, expect, test } from 'vitest'
import { meanWithBounds, quantile, ratio, summarize } from '../src/statistics.ts'

describe('quantiles', () => {
  test('the median is the middle sample, or the mean of the two in the middle', () => {
    expect(quantile([5, 1, 3], 0.5)).toBe(3)
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  })

  test('quartiles lie between samples where they must', () => {
    expect(summarize([1, 2, 3, 4, 5])).toEqual({ median: 3, q1: 2, q3: 4, samples: [1, 2, 3, 4, 5] })
    expect(quantile([10, 20], 0.25)).toBe(12.5)
  })

  test('one sample is its own spread', () => {
    expect(summarize([7])).toEqual({ median: 7, q1: 7, q3: 7, samples: [7] })
  })

  test('the samples keep their order', () => {
    expect(summarize([3, 1, 2]).samples).toEqual([3, 1, 2])
  })

  test('there is none of nothing', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError)
  })
})

describe('ratios', () => {
  test('are of medians, with the spread of the ratios round by round', () => {
    const slowSpell = ratio(summarize([10, 20, 40]), summarize([1, 2, 4]))
    expect(slowSpell).toEqual({ median: 10, q1: 10, q3: 10, samples: [10, 10, 10] })
    expect(ratio(summarize([10, 20, 30]), summarize([10, 5, 10])).median).toBe(2)
  })
})

describe('the bounds of a mean', () => {
  test("are those of tables of Student's t", () => {
    // Mean 0, standard error 1/2; t(0.95, 3) = 2.353, t(0.975, 3) = 3.182
    const samples = [-1, -1, 1, 1].map((sample) => sample * Math.sqrt(3 / 4))
    expect(meanWithBounds(samples, 0.95).mean).toBe(0)
    expect(meanWithBounds(samples, 0.95).low).toBeCloseTo(-2.353 / 2, 3)
    expect(meanWithBounds(samples, 0.975).high).toBeCloseTo(3.182 / 2, 3)
  })

  test('are the mean where samples do not differ', () => {
    expect(meanWithBounds([3, 3], 0.95)).toEqual({ mean: 3, low: 3, high: 3 })
  })

  test('are infinitely far away for one sample', () => {
    expect(meanWithBounds([7], 0.95)).toEqual({ mean: 7, low: -Infinity, high: Infinity })
  })
})
