import { describeMachine, describeVersions } from '@rl/measure'
import { Lab } from './lab.ts'
import type { Plan } from './plan.ts'
import type { Progress } from './report/progress.ts'
import type { Figure, Results, ScenarioResult } from './results.ts'
import { roundsOf, runCase } from './rounds.ts'
import { casesOf, type Scenario } from './scenario.ts'

const LIBRARIES = [
  'ioredis',
  'redis',
  '@upstash/redis',
  'rate-limiter-flexible',
  'rate-limit-redis',
  'express-rate-limit',
  '@upstash/ratelimit',
]

/** Runs the scenarios one after the other, on servers started for this run. */
export async function run(scenarios: readonly Scenario[], plan: Plan, progress: Progress): Promise<Results> {
  const started = new Date()
  const machine = describeMachine()
  const versions = await describeVersions(LIBRARIES, new URL('../', import.meta.url))
  const lab = new Lab(plan)
  const results: ScenarioResult[] = []
  progress.start(stepsOf(scenarios, plan))
  try {
    for (const scenario of scenarios) {
      if (casesOf(scenario, plan).length === 0) continue
      results.push({ name: scenario.name, figures: await figuresOf(scenario, lab, progress) })
    }
  } finally {
    progress.stop()
    await lab.close()
  }
  return {
    mode: plan.mode,
    startedAt: started.toISOString(),
    tookSeconds: Math.round((Date.now() - started.getTime()) / 1000),
    rounds: plan.rounds,
    roundMs: plan.roundMs,
    machine,
    versions,
    scenarios: results,
  }
}

async function figuresOf(scenario: Scenario, lab: Lab, progress: Progress): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const one of casesOf(scenario, lab.plan)) {
    progress.enter(`${scenario.name}: ${one.name}`)
    try {
      figures.push(...(await runCase(one, lab, () => progress.step())))
    } catch (cause) {
      throw new Error(`${scenario.name}, ${one.name}: ${cause instanceof Error ? cause.message : cause}`, { cause })
    }
  }
  return figures
}

/** A step is a round of a case, or its warm-up. */
function stepsOf(scenarios: readonly Scenario[], plan: Plan): number {
  const cases = scenarios.flatMap((scenario) => casesOf(scenario, plan))
  return cases.reduce((sum, one) => sum + 1 + roundsOf(one, plan.rounds), 0)
}
