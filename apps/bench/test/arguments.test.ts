import { expect, test } from 'vitest'
import { parseArguments } from '../src/arguments.ts'
import { AGAINST, FULL, QUICK } from '../src/plan.ts'

const KNOWN = [
  { name: 'callers' },
  { name: 'growth', group: 'growth' },
  { name: 'skew' },
  { name: 'limiters', group: 'growth' },
  { name: 'instructions' },
]

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

test('a group of scenarios', () => {
  expect(parseArguments(['--only', 'growth'], KNOWN).only).toEqual(['growth', 'limiters'])
})

test('counted instructions are a part of the scenarios, also of two builds', () => {
  expect(parseArguments(['--callgrind'], KNOWN)).toMatchObject({ only: ['instructions'], write: false })
  expect(parseArguments(['--callgrind', '--against', 'HEAD'], KNOWN)).toMatchObject({
    only: ['instructions'],
    against: 'HEAD',
  })
})

test('a run that goes on is written down, also where it goes on with a part', () => {
  expect(parseArguments(['--resume', '--only', 'skew'], KNOWN)).toMatchObject({
    only: ['skew'],
    write: true,
    resume: true,
  })
  expect(() => parseArguments(['--resume', '--dry'], KNOWN)).toThrow('not with --dry or --against')
})

test('two builds that take turns start several times and write nothing', () => {
  expect(parseArguments(['--against', 'HEAD~1'], KNOWN)).toMatchObject({
    against: 'HEAD~1',
    write: false,
    plan: AGAINST,
    pairs: 6,
  })
  const { plan, pairs } = parseArguments(['--against', 'HEAD', '--rounds', '31', '--pairs', '10'], KNOWN)
  expect({ plan, pairs }).toEqual({ plan: { ...AGAINST, rounds: 31 }, pairs: 10 })
  expect(() => parseArguments(['--rounds', '0'], KNOWN)).toThrow('--rounds takes a number from 1 to 9999, not 0')
  expect(() => parseArguments(['--against', 'HEAD', '--pairs', '1'], KNOWN)).toThrow(
    '--pairs takes a number from 2 to 9999, not 1',
  )
  expect(() => parseArguments(['--pairs', '3'], KNOWN)).toThrow('--pairs goes with --against')
  expect(() => parseArguments(['--against', 'HEAD', '--quick'], KNOWN)).toThrow('--quick does not go with --against')
})

test('what is not known is refused', () => {
  expect(() => parseArguments(['--only', 'nothing'], KNOWN)).toThrow(
    'there is no scenario nothing, only callers, growth, skew, limiters',
  )
  expect(() => parseArguments(['--fast'], KNOWN)).toThrow('--fast')
})
