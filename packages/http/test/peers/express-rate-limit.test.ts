import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import leftOut from './express-rate-limit-suite/left-out.json' with { type: 'json' }
import results from './express-rate-limit-suite/results.json' with { type: 'json' }

// express-rate-limit-suite/run.mjs runs the suite of express-rate-limit, of which a clone is needed. Here: what it found last.

const WAYS = ['store', 'middleware'] as const

test.each(WAYS)('%s: all tests pass but those with a reason', (way) => {
  const reasons = Object.values<Readonly<Record<string, number>>>(leftOut[way].tests)
  const count = reasons.flatMap((tests) => Object.values(tests)).reduce((sum, each) => sum + each, 0)
  const { total, passed } = results[way]
  expect([results[way].leftOut, passed]).toEqual([count, total - count])
})

test('with our store, at most a tenth is left out', () => {
  const { total, leftOut: count } = results.store
  expect(count).toBeLessThanOrEqual(total / 10)
})

test.each(WAYS)('%s: docs/evidence/peers-tests.md has these figures', (way) => {
  const page = readFileSync(new URL('../../../../docs/evidence/peers-tests.md', import.meta.url), 'utf8')
  const { total, passed, leftOut: count } = results[way]
  const row = new RegExp(`express-rate-limit ${results.version}.*${way}.*\\| ${total} +\\| ${passed} +\\| ${count}\\b`)
  expect(page).toMatch(row)
  expect(page).toContain(results.date)
})
