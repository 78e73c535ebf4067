import { describe, expect, inject, test } from 'vitest'
import { RUNTIMES, resultsOn } from '../src/runtimes.ts'

describe.each(RUNTIMES.map((runtime) => [runtime.tool.title, runtime] as const))('%s', (_, runtime) => {
  test.each(runtime.suites)('runs the %s suite', async (suite) => {
    const results = await resultsOn(runtime, suite, inject('project'), inject('servers'))
    expect(results).not.toEqual([])
    expect(results.filter(({ problem }) => problem !== null)).toEqual([])
  })
})
