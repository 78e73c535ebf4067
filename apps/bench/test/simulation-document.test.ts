import { readFile } from 'node:fs/promises'
import { fillIn } from '@rl/measure'
import { expect, test } from 'vitest'
import { deploy } from '../src/simulation/capacity.ts'
import { pagesOf, readSimulation } from '../src/simulation/files.ts'
import { costsOf } from '../src/simulation/scales.ts'

test('the pages on scale say what simulation.json says', async () => {
  for (const { url, parts } of pagesOf(await readSimulation())) {
    const page = await readFile(url, 'utf8')
    expect(fillIn(page, parts)).toBe(page)
  }
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
