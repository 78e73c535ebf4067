import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../docs/documents.ts'
import { readFigures } from './figures.ts'
import { GROUPS } from './groups/index.ts'
import { partsOf, type Soak } from './tables.ts'

const PAGE = join(ROOT, 'docs/evidence/faults.md')
const SOAK = join(ROOT, 'docs/evidence/faults.json')
const MARKED = /(<!-- generated: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g

/** `vitest run test/faults/document.test.ts --update` writes it anew. */
test('docs/evidence/faults.md says what the faults and the recorded figures say', async () => {
  const page = readFileSync(PAGE, 'utf8')
  const soak = existsSync(SOAK) ? (JSON.parse(readFileSync(SOAK, 'utf8')) as Soak) : undefined
  const parts = partsOf(readFigures(), soak)
  const names = Array.from(page.matchAll(MARKED), ([, , name]) => name)
  expect(names.toSorted()).toEqual(Object.keys(parts).toSorted())
  const made = page.replace(MARKED, (_, open: string, name: string, end: string) => `${open}\n${parts[name]}\n\n${end}`)
  await expect(made).toMatchFileSnapshot(PAGE)
})

test('figures were recorded for the faults that there are, and for no others', () => {
  const cells = GROUPS.flatMap(({ faults }) => faults).flatMap(({ title, stores }) =>
    stores.map((store) => `${title}: ${store}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  const recorded = readFigures().map(({ fault, store }) => `${fault}: ${store}`)
  expect(recorded.filter((cell) => !cells.includes(cell))).toEqual([])
  // Faults of clocks and of memory have no duration to measure.
  const unmeasured = ['clock', 'maxKeys']
  expect(cells.filter((cell) => !recorded.includes(cell) && !unmeasured.some((word) => cell.includes(word)))).toEqual(
    [],
  )
})

test('there are at least 60 pairs of fault and store', () => {
  const pairs = GROUPS.flatMap(({ faults }) => faults).flatMap(({ stores }) => stores)
  expect(pairs.length).toBeGreaterThanOrEqual(60)
})
