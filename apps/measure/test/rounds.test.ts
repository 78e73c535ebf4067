import { expect, test } from 'vitest'
import { rotate } from '../src/rounds.ts'

test('each round begins with another one', () => {
  expect([0, 1, 2, 3].map((round) => rotate(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc'])
  expect(rotate([], 5)).toEqual([])
})
