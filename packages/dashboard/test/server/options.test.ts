import { OptionError } from '@rl/core'
import { waitQueue } from '@rl/core/wait-queue'
import { expect, test } from 'vitest'
import { dashboard } from '../../src/index.ts'
import { limiterOf } from './support.ts'

const authorize = () => true

test.each([
  ['authorize', { limiters: [limiterOf()] }],
  ['authorize', { limiters: [limiterOf()], authorize: true }],
  ['limiters', { authorize }],
  ['limiters', { authorize, limiters: [] }],
  ['limiters', { authorize, limiters: limiterOf() }],
  ['limiters[0]', { authorize, limiters: [{ name: 'api' }] }],
  ['limiters[0]', { authorize, limiters: [waitQueue(limiterOf(), { maxWaitMs: 1 })] }],
  ['limiters[1]', { authorize, limiters: [limiterOf(), limiterOf()] }],
  ['origin', { authorize, limiters: [limiterOf()], origin: 'app.test' }],
  ['origin', { authorize, limiters: [limiterOf()], origin: ['https://app.test/'] }],
  ['origin', { authorize, limiters: [limiterOf()], origin: 'null' }],
  ['deniedMost', { authorize, limiters: [limiterOf()], deniedMost: true }],
  ['onAction', { authorize, limiters: [limiterOf()], onAction: console }],
  ['options', { authorize, limiters: [limiterOf()], autorize: authorize }],
])('a wrong %s is an OptionError: case %#', (option, options) => {
  let thrown: unknown
  try {
    dashboard(options as never).close()
  } catch (error) {
    thrown = error
  }
  expect(thrown).toBeInstanceOf(OptionError)
  expect(thrown).toMatchObject({ option })
})
