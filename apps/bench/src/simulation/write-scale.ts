import type { Results } from '../results.ts'
import { probeCosts } from './cost-probe.ts'
import { figuresOf } from './figures.ts'
import { writeSimulation } from './files.ts'
import { simulate, WIRE, WIRE_SIZES } from './simulation.ts'
import { probeWire } from './wire-probe.ts'

/** For each size of command. */
const PROBE_MS = 600

/** Simulates with a run's figures, writes `simulation.json` and the tables of the pages on scale, and says what to deploy. */
export async function writeScale(results: Results, say: (what: string) => void): Promise<readonly string[]> {
  const figures = figuresOf(results, await probeCosts(WIRE_SIZES, WIRE, PROBE_MS))
  const simulation = await simulate(figures, await probeWire(WIRE_SIZES, WIRE), say)
  await writeSimulation(simulation)
  const lines = simulation.plans.map(({ scale, how, layout, deployment }) => {
    const of =
      layout.kind === 'servers' ? 'apart' : `in a Cluster, ${layout.tagsPerMaster ?? 'many'} hash tags for each`
    return `${scale}, ${how}: masters ${deployment.masters}, ${of}`
  })
  return [...lines, 'written: apps/bench/simulation.json, docs/scale.md, docs/evidence/scale.md']
}
