import type { Lab } from './lab.ts'
import type { Plan } from './plan.ts'

/** Figures of one round, by metric. */
export type Sample = Readonly<Record<string, number>>

/** One subject within a case. */
export interface Participant {
  /** As tables and plots show it. */
  readonly subject: string
  warmUp(): Promise<void>
  /** Rejects when the subject gave a wrong answer. */
  round(): Promise<Sample>
  close(): Promise<void>
}

/** Subjects under the same load, whose rounds take turns. */
export interface Case {
  readonly name: string
  /** Default: the plan's. */
  readonly rounds?: number
  /** Left out of a quick run. */
  readonly fullOnly?: boolean
  open(lab: Lab): Promise<readonly Participant[]>
}

/** How a scenario is drawn. */
interface PlotStyle {
  readonly metric: string
  /** Bars for each case, or lines from case to case, whose names then begin with a number. */
  readonly kind: 'bars' | 'lines'
  /** Of lines: what the cases' numbers are. */
  readonly xLabel?: string
  /** Default: all. */
  readonly subjects?: readonly string[]
}

/** Everything about one question. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** The load and the figures, in a sentence or two. */
  readonly about: string
  readonly plots: readonly PlotStyle[]
  /** The metrics that a page has tables of. Default: all; the rest is in `results.json`. */
  readonly tables?: readonly string[]
  /** Scenarios that are run and shown together, such as `'growth'`. */
  readonly group?: string
  /** Makes sure that what it needs is there, beside servers. Rejects with a sentence that says how to get it. */
  readonly needs?: () => Promise<void>
  cases(plan: Plan): readonly Case[]
}

/** The measures of a scenario. */
export function casesOf(scenario: Scenario, plan: Plan): readonly Case[] {
  return scenario.cases(plan).filter(({ fullOnly = false }) => plan.mode === 'full' || !fullOnly)
}
