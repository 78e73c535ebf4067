import { medianInterval, quantile } from '@rl/measure'
import type { CaseName } from '../children/build.ts'
import { BYTES, DECISIONS, INSTRUCTIONS } from '../metrics.ts'
import type { Sample } from '../scenario.ts'
import type { Side } from './side.ts'

/** One figure of one subject, by both builds. */
export interface ComparedRow {
  readonly scenario: string
  readonly case: string
  readonly subject: string
  readonly metric: string
  readonly rounds: number
  /** Medians. */
  readonly before: number
  readonly after: number
  /** Median over the rounds of how many times better the later build was than the earlier one right beside it: above 1 is better. */
  readonly better: number
  /** The 99 % confidence interval of that median; all of the rounds' range if there were too few. */
  readonly low: number
  readonly high: number
  /** `'same'`: the interval contains 1, or there were too few rounds to tell. */
  readonly verdict: 'better' | 'same' | 'worse'
}

const CONFIDENCE = 0.99

/** Fewer rounds have no interval of this confidence. */
const LEAST_ROUNDS: number = Math.ceil(1 - Math.log2(1 - CONFIDENCE))

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
): Promise<readonly ComparedRow[]> {
  const rows: ComparedRow[] = []
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
      rows.push(...compareSamples(samples).map((row) => ({ scenario: one.scenario, case: one.case, subject, ...row })))
    }
  } finally {
    await Promise.all([before.close(), after.close()])
  }
  return rows
}

type Compared = Omit<ComparedRow, 'scenario' | 'case' | 'subject'>

/** @param samples Of each round, by the earlier and the later build. */
export function compareSamples(samples: readonly (readonly [before: Sample, after: Sample])[]): readonly Compared[] {
  const metrics = new Set(samples.flatMap(([, after]) => Object.keys(after)))
  return Array.from(metrics).flatMap((metric): readonly Compared[] => {
    const pairs = samples.flatMap(([before, after]): [number, number][] => {
      const [old, now] = [before[metric], after[metric]]
      return old === undefined || now === undefined ? [] : [[old, now]]
    })
    if (pairs.length === 0) return []
    const ratios = pairs.map(([old, now]) => (old === now ? 1 : metric === DECISIONS ? now / old : old / now))
    const { low, high } = medianInterval(ratios, CONFIDENCE)
    // Bytes are measured once and don't vary, counted instructions hardly do.
    const isCertain = ratios.length >= LEAST_ROUNDS || metric === BYTES || metric === INSTRUCTIONS
    return [
      {
        metric,
        rounds: pairs.length,
        before: quantile(
          pairs.map(([old]) => old),
          0.5,
        ),
        after: quantile(
          pairs.map(([, now]) => now),
          0.5,
        ),
        better: quantile(ratios, 0.5),
        low,
        high,
        verdict: !isCertain || (low <= 1 && high >= 1) ? 'same' : low > 1 ? 'better' : 'worse',
      },
    ]
  })
}
