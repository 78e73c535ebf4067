import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Lab } from '../lab.ts'
import type { Plan } from '../plan.ts'
import { casesOf, type Participant, type Sample, type Scenario } from '../scenario.ts'
import { instructionsOf } from '../scenarios/instructions.ts'
import type { openSubject } from '../subjects/index.ts'
import { serve } from './child.ts'

/** A process that runs the scenarios of one build of this repository, on servers that belong to it alone. */
export interface BuildSettings {
  /** The folder of the build's benchmark, with `dist` in it. */
  readonly app: string
  readonly plan: Plan
}

/** A case, by the names that all builds know it by. */
export interface CaseName {
  readonly scenario: string
  readonly case: string
  /** How many rounds the case asks for, if it does. */
  readonly rounds?: number | undefined
}

export type BuildQuestion =
  | { readonly kind: 'cases' }
  /** Answered by the names of our own subjects; peers are not run. */
  | ({ readonly kind: 'open' } & CaseName)
  | { readonly kind: 'warm up'; readonly subject: string }
  | { readonly kind: 'round'; readonly subject: string }
  | { readonly kind: 'close' }
  | { readonly kind: 'stop' }

type BuildAnswer = readonly CaseName[] | readonly string[] | Sample | undefined

await serve(async ({ app, plan }: BuildSettings) => {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(app, 'dist', file)).href)
  const { SCENARIOS } = (await load('scenarios/index.js')) as { readonly SCENARIOS: readonly Scenario[] }
  const subjects = (await load('subjects/index.js')) as { readonly openSubject: typeof openSubject }
  // Instructions are counted by this build, also of a build from before that was possible.
  const counted = instructionsOf(subjects.openSubject)
  const scenarios = [...SCENARIOS.filter(({ name }) => name !== counted.name), counted]
  const { Lab: BuildLab } = (await load('lab.js')) as { readonly Lab: new (plan: Plan) => Lab }
  const lab = new BuildLab(plan)
  let opened: readonly Participant[] = []

  const find = (subject: string): Participant => {
    const found = opened.find((participant) => participant.subject === subject)
    if (found === undefined) throw new Error(`${subject} is not part of this case`)
    return found
  }
  const close = async (): Promise<void> => {
    const closing = opened
    opened = []
    await Promise.all(closing.map((participant) => participant.close()))
  }

  return async (asked): Promise<BuildAnswer> => {
    const question = asked as BuildQuestion
    switch (question.kind) {
      case 'cases':
        return scenarios.flatMap((scenario) =>
          casesOf(scenario, plan).map(({ name, rounds }) => ({ scenario: scenario.name, case: name, rounds })),
        )
      case 'open': {
        const scenario = scenarios.find(({ name }) => name === question.scenario)
        const one = scenario?.cases(plan).find(({ name }) => name === question.case)
        opened = (await one?.open(lab)) ?? []
        return opened.map(({ subject }) => subject).filter((subject) => subject.startsWith('@rl/'))
      }
      case 'warm up':
        await find(question.subject).warmUp()
        return undefined
      case 'round':
        return find(question.subject).round()
      case 'close':
        return close().then(() => undefined)
      default:
        await close()
        await lab.close()
        return undefined
    }
  }
})
