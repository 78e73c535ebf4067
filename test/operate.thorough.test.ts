import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './docs/documents.ts'
import { ALERTS, describeOperate, PAGE } from './docs/operate.ts'
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
  expect(Array.from(PAGE.text.matchAll(/^\| `(RateLimit\w+)`/gm), ([, name]) => name)).toEqual(ALERTS)
})
