import { describeMachine, describeVersions } from '@rl/measure'
import { Lab } from './lab.ts'
import type { Plan } from './plan.ts'
import type { Progress } from './report/progress.ts'
import type { Figure, Results } from './results.ts'
import { roundsOf, runCase } from './rounds.ts'
import { casesOf, type Scenario } from './scenario.ts'

const LIBRARIES = [
  'ioredis',
  'redis',
  '@upstash/redis',
  'pg',
  'rate-limiter-flexible',
  'rate-limit-redis',
  'express-rate-limit',
  '@upstash/ratelimit',
]

/** The state by which a run goes on where an earlier one ended. */
export interface RunOptions {
  /** The results of an earlier run with the same plan: scenarios in it are not run again. */
  readonly earlier?: Results | undefined
  /** Called after each scenario with all that there is so far. */
  readonly save?: (soFar: Results) => Promise<void>
}

/** Runs the scenarios one after the other, on servers started for this run. */
export async function run(
  scenarios: readonly Scenario[],
  plan: Plan,
  progress: Progress,
  { earlier, save }: RunOptions = {},
): Promise<Results> {
  checkPlan(earlier, plan)
  const started = new Date()
  const about = earlier ?? {
    startedAt: started.toISOString(),
    machine: describeMachine(),
    versions: await describeVersions(LIBRARIES, new URL('../', import.meta.url)),
    tookSeconds: 0,
    scenarios: [],
  }
  const { mode, rounds, roundMs } = plan
  const soFar = (done: Results['scenarios']): Results => ({
    ...about,
    mode,
    rounds,
    roundMs,
    tookSeconds: about.tookSeconds + Math.round((Date.now() - started.getTime()) / 1000),
    scenarios: done,
  })
  const known = new Set(about.scenarios.map(({ name }) => name))
  const left = scenarios.filter((scenario) => !known.has(scenario.name) && casesOf(scenario, plan).length > 0)
  const lab = new Lab(plan)
  let results = soFar(about.scenarios)
  progress.start(stepsOf(left, plan))
  try {
    for (const scenario of left) {
      const { name } = scenario
      results = soFar([...results.scenarios, { name, figures: await figuresOf(scenario, lab, progress) }])
      await save?.(results)
    }
  } finally {
    progress.stop()
    await lab.close()
  }
  return results
}

function checkPlan(earlier: Results | undefined, { mode, rounds, roundMs }: Plan): void {
  if (earlier === undefined) return
  if (earlier.mode === mode && earlier.rounds === rounds && earlier.roundMs === roundMs) return
  throw new Error(
    `the run that was interrupted is a ${earlier.mode} one of ${earlier.rounds} rounds: resume it with the same arguments`,
  )
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
