import { describe, expect, test } from 'vitest'
import { medianInterval, quantile, ratio, summarize } from '../src/statistics.ts'

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

describe('the interval of a median', () => {
  const samples = (count: number) => Array.from({ length: count }, (_, i) => count - i)

  test('is the pair of samples that tables of order statistics name', () => {
    expect(medianInterval(samples(15), 0.99)).toEqual({ low: 3, high: 13 })
    expect(medianInterval(samples(9), 0.95)).toEqual({ low: 2, high: 8 })
    expect(medianInterval(samples(25), 0.95)).toEqual({ low: 8, high: 18 })
  })

  test('is the whole range of too few samples', () => {
    expect(medianInterval(samples(5), 0.99)).toEqual({ low: 1, high: 5 })
    expect(medianInterval([7], 0.99)).toEqual({ low: 7, high: 7 })
  })
})
