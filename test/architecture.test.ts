import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { coreDiagram, packagesDiagram } from './architecture/diagrams.ts'
import { draw } from './architecture/picture.ts'
import { ROOT } from './docs/documents.ts'

/** `vitest run test/architecture.test.ts --update` draws it anew. */
test('docs/architecture.svg shows the imports as they are', async () => {
  await expect(draw([packagesDiagram(), await coreDiagram()])).toMatchFileSnapshot(join(ROOT, 'docs/architecture.svg'))
})

test('the files and folders that docs/architecture.md names exist', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8')
  const named = Array.from(page.matchAll(/`([\w-]+(?:\/[\w.-]+)+|[\w-]+\.(?:ts|lua))`/g), ([, path = '']) => path)
  expect(named.length).toBeGreaterThan(20)
  const places = [
    '.',
    'packages',
    'packages/core/src',
    'packages/core/src/dispatch',
    'packages/redis-script/src',
    'packages/redis-script/src/script',
  ]
  expect(named.filter((path) => !places.some((place) => existsSync(join(ROOT, place, path))))).toEqual([])
})
