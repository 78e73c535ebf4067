import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { run } from '../src/run.ts'
import { RUNTIMES } from '../src/runtimes.ts'
import { obtain } from '../src/tool.ts'

const nodes = RUNTIMES.filter(({ tool }) => tool.bin === 'node')

describe.each(nodes.map(({ tool }) => [tool.title, tool] as const))('rl on %s', (_, tool) => {
  test.each(['REDIS', 'UPSTASH'])('looks up, lists and resets: %s', async (kind) => {
    const rl = join(inject('project'), 'node_modules/.bin/rl')
    const others = Object.entries(inject('servers')).map(([name, value]) => [name, name.startsWith(kind) ? value : ''])
    const env = Object.fromEntries(others)
    const node = await obtain(tool)
    for (const args of [['peek', 'a', 'b'], ['top'], ['reset', 'a', 'b', '--yes']]) {
      const printed = await run(node, [rl, ...args, '--json'], { cwd: inject('project'), env })
      expect(JSON.parse(printed)).toMatchObject(args[0] === 'top' ? { isComplete: true } : { name: 'a', id: 'b' })
    }
  })
})
