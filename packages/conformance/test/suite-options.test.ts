import { OptionError } from '@rl/core'
import { expect, test } from 'vitest'
import { describeCounterStore } from '../src/index.ts'

const createHarness = (): never => {
  throw new Error('no case runs')
}

test.for([0, 1.5, '100', Number.NaN])('histories: %s is refused', (histories) => {
  expect(() => describeCounterStore('store', createHarness, { histories: histories as never })).toThrow(OptionError)
})

test('a misspelt option is refused', () => {
  const options = { history: 3 } as never
  expect(() => describeCounterStore('store', createHarness, options)).toThrow('did you mean histories?')
})
