import { meanWithBounds, quantile } from '@rl/measure'
import type { CaseName } from '../children/build.ts'
import { DECISIONS } from '../metrics.ts'
import type { Sample } from '../scenario.ts'
import type { Side } from './side.ts'

/** A figure's name. */
interface FigureName {
  readonly scenario: string
  readonly case: string
  readonly subject: string
  readonly metric: string
}

/** One figure by a pair of processes, one of each build. */
export interface PairedFigure extends FigureName {
  /** Medians of the rounds. */
  readonly before: number
  readonly after: number
  /** Median over the rounds of how many times better the later build was than the earlier one right beside it: above 1 is better. */
  readonly better: number
}

/** One figure by all pairs. */
export interface ComparedRow extends PairedFigure {
  readonly pairs: number
  /** `better` is the geometric mean over the pairs; these are its lower and upper bound, each at 95 %. */
  readonly low: number
  readonly high: number
  /** `'same'`: 1 lies between the bounds. */
  readonly verdict: 'better' | 'same' | 'worse'
}

const CONFIDENCE = 0.95

/** The cases that both builds have, in the order of the second. */
export async function sharedCases(before: Side, after: Side): Promise<readonly CaseName[]> {
  const nameOf = (one: CaseName): string => `${one.scenario}: ${one.case}`
  const known = new Set((await before.cases()).map(nameOf))
  return (await after.cases()).filter((one) => known.has(nameOf(one)))
}

/** Both builds warm up; then they take turns, and swap who goes first after each round. */
export async function compareCase(
  before: Side,
  after: Side,
  one: CaseName,
  rounds: number,
): Promise<readonly PairedFigure[]> {
  const figures: PairedFigure[] = []
  try {
    const known = new Set(await before.open(one))
    const subjects = (await after.open(one)).filter((subject) => known.has(subject))
    for (const subject of subjects) {
      for (const side of [before, after]) await side.warmUp(subject)
      const samples: [before: Sample, after: Sample][] = []
      for (let round = 0; round < (one.rounds ?? rounds); round++) {
        const first = round % 2 === 0 ? before : after
        const earlier = await first.round(subject)
        const later = await (first === before ? after : before).round(subject)
        samples.push(first === before ? [earlier, later] : [later, earlier])
      }
      const { scenario, case: name } = one
      figures.push(...compareSamples(samples).map((figure) => ({ scenario, case: name, subject, ...figure })))
    }
  } finally {
    await Promise.all([before.close(), after.close()])
  }
  return figures
}

/** @param samples Of each round, by the earlier and the later build. */
function compareSamples(
  samples: readonly (readonly [before: Sample, after: Sample])[],
): readonly Omit<PairedFigure, 'scenario' | 'case' | 'subject'>[] {
  const metrics = new Set(samples.flatMap(([, after]) => Object.keys(after)))
  return Array.from(metrics).flatMap((metric) => {
    const pairs = samples.flatMap(([before, after]): [number, number][] => {
      const [old, now] = [before[metric], after[metric]]
      return old === undefined || now === undefined ? [] : [[old, now]]
    })
    if (pairs.length === 0) return []
    const medianOf = (read: (pair: [old: number, now: number]) => number): number => quantile(pairs.map(read), 0.5)
    return [
      {
        metric,
        before: medianOf(([old]) => old),
        after: medianOf(([, now]) => now),
        better: medianOf(([old, now]) => (old === now ? 1 : metric === DECISIONS ? now / old : old / now)),
      },
    ]
  })
}

/** @param pairs The figures of each pair of processes. */
export function summarizePairs(pairs: readonly (readonly PairedFigure[])[]): readonly ComparedRow[] {
  const named = new Map<string, PairedFigure[]>()
  for (const figure of pairs.flat()) {
    const name = JSON.stringify([figure.scenario, figure.case, figure.subject, figure.metric])
    named.set(name, [...(named.get(name) ?? []), figure])
  }
  return Array.from(named.values(), summarizeFigures)
}

function summarizeFigures(figures: readonly PairedFigure[]): ComparedRow {
  const [{ scenario, case: name, subject, metric }] = figures as [PairedFigure]
  const { mean, low, high } = meanWithBounds(
    figures.map(({ better }) => Math.log(better)),
    CONFIDENCE,
  )
  return {
    scenario,
    case: name,
    subject,
    metric,
    pairs: figures.length,
    before: quantile(
      figures.map(({ before }) => before),
      0.5,
    ),
    after: quantile(
      figures.map(({ after }) => after),
      0.5,
    ),
    better: Math.exp(mean),
    low: Math.exp(low),
    high: Math.exp(high),
    verdict: low > 0 ? 'better' : high < 0 ? 'worse' : 'same',
  }
}
