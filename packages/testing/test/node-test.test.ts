import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('node:test runs assertions, and shows those that fail', () => {
  const outer = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_)/.test(name))
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=tap', join(import.meta.dirname, 'node-test/limits.mjs')],
    { encoding: 'utf8', env: Object.fromEntries(outer) },
  )
  expect(stdout).toContain('# pass 2')
  expect(stdout).toContain('# fail 1')
  expect(stdout).toContain('expected a denied decision with { retryAfterMs: 1 }, received an allowed decision with {')
  expect(status).toBe(1)
})
