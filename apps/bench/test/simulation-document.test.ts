import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { deploy } from '../src/simulation/capacity.ts'
import { fillIn, table } from '../src/simulation/document.ts'
import { DOCUMENT, readSimulation } from '../src/simulation/files.ts'
import { costsOf } from '../src/simulation/scales.ts'
import { tablesOf } from '../src/simulation/tables.ts'

test('docs/scale.md says what simulation.json says', async () => {
  const document = await readFile(DOCUMENT, 'utf8')
  expect(fillIn(document, tablesOf(await readSimulation()))).toBe(document)
})

test('what is to be deployed follows from the figures beside it', async () => {
  const { figures, batching, wire, plans } = await readSimulation()
  const costs = costsOf(figures, batching, wire.rows)
  for (const { load, layout, deployment } of plans) {
    expect(deploy(costs, load, layout).masters).toBe(deployment.masters)
    expect(deployment.use).toBeLessThanOrEqual(load.maxUse)
  }
})

test('no simulated window admitted more than its limit', async () => {
  const { lease } = await readSimulation()
  expect(lease.length).toBeGreaterThan(0)
  for (const row of lease) expect(row.mostAdmitted).toBeLessThanOrEqual(1)
})

test('marked parts are replaced, and the rest is left alone', () => {
  const before = 'a\n<!-- generated: x -->\nold\n<!-- end -->\nb\n'
  const after = fillIn(before, { x: 'new $1' })
  expect(after).toBe('a\n<!-- generated: x -->\n\nnew $1\n\n<!-- end -->\nb\n')
  expect(fillIn(after, { x: 'new $1' })).toBe(after)
  expect(() => fillIn(before, {})).toThrow('"x"')
  expect(() => fillIn(before, { x: '', y: '' })).toThrow('no place for y')
})

test('a table', () => {
  expect(table(['a', 'b'], [['c', 'd']])).toBe('| a | b |\n| --- | ---: |\n| c | d |')
})
