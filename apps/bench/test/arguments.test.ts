import { expect, test } from 'vitest'
import { parseArguments } from '../src/arguments.ts'
import { FULL, QUICK } from '../src/plan.ts'

const KNOWN = ['callers', 'skew']

test('by default everything runs and is written down', () => {
  const { plan, only, write, reportOnly } = parseArguments([], KNOWN)
  expect({ plan, only, write, reportOnly }).toEqual({ plan: FULL, only: undefined, write: true, reportOnly: false })
})

test('--quick, also behind the -- that pnpm hands through', () => {
  expect(parseArguments(['--', '--quick'], KNOWN)).toMatchObject({ plan: QUICK, write: true })
})

test('a part of the scenarios is not written down', () => {
  expect(parseArguments(['--only', 'callers,skew'], KNOWN)).toMatchObject({ only: ['callers', 'skew'], write: false })
  expect(parseArguments(['--only', 'callers', '--only', 'skew'], KNOWN).only).toEqual(['callers', 'skew'])
})

test('what is not known is refused', () => {
  expect(() => parseArguments(['--only', 'nothing'], KNOWN)).toThrow('there is no scenario nothing, only callers, skew')
  expect(() => parseArguments(['--fast'], KNOWN)).toThrow('--fast')
})
