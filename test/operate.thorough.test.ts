import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './docs/documents.ts'
import { describeOperate, PAGE } from './docs/operate.ts'
import { Workspace } from './docs/workspace.ts'

describe('docs/operate.md', () => {
  describeOperate(async (program, redisUrl) => {
    const workspace = new Workspace([program])
    expect(await workspace.compile()).toEqual([])
    const served = await workspace.serve(program, { REDIS_URL: redisUrl })
    const stop = async (): Promise<void> => {
      await served.stop()
      workspace.remove()
    }
    return { served, rl: join(ROOT, 'packages/cli/dist/main.js'), stop }
  })
})

test('the table of alerts has those that there are', () => {
  const rules = readFileSync(join(ROOT, 'packages/otel/prometheus/alerts.yml'), 'utf8')
  const names = Array.from(rules.matchAll(/- alert: (\w+)/g), ([, name]) => name)
  expect(Array.from(PAGE.text.matchAll(/^\| `(RateLimit\w+)`/gm), ([, name]) => name)).toEqual(names)
})
