import { probeCosts } from './simulation/cost-probe.ts'
import { figuresOf } from './simulation/figures.ts'
import { benchmarkResults, writeSimulation } from './simulation/files.ts'
import { simulate, WIRE, WIRE_SIZES } from './simulation/simulation.ts'
import { probeWire } from './simulation/wire-probe.ts'

/** For each size of command. */
const PROBE_MS = 600

async function main(): Promise<void> {
  const results = await benchmarkResults()
  const figures = figuresOf(results, await probeCosts(WIRE_SIZES, WIRE, PROBE_MS))
  const simulation = await simulate(figures, await probeWire(WIRE_SIZES, WIRE), (what) =>
    process.stderr.write(`${what}\n`),
  )
  await writeSimulation(simulation)
  for (const { scale, how, layout, deployment } of simulation.plans) {
    const of =
      layout.kind === 'servers' ? 'apart' : `in a Cluster, ${layout.tagsPerMaster ?? 'many'} hash tags for each`
    process.stdout.write(`${scale}, ${how}: masters ${deployment.masters}, ${of}\n`)
  }
  process.stdout.write('written: apps/bench/simulation.json, docs/scale.md\n')
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
