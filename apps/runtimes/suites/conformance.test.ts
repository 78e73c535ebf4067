import { expect, inject, test } from 'vitest'
import { run } from '../src/run.ts'

test('a store author runs the conformance suite', async () => {
  const printed = await run('npx', ['vitest', 'run', '--root', 'dist', '--reporter', 'json'], {
    cwd: inject('project'),
  })
  expect(JSON.parse(printed)).toMatchObject({ success: true, numFailedTests: 0, numTotalTests: expect.any(Number) })
})
