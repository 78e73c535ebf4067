import type { Plan } from '../plan.ts'
import type { Progress } from '../report/progress.ts'
import { type Checkout, checkOut, HERE } from './checkout.ts'
import { compareCase, type PairedFigure, sharedCases, summarizePairs } from './compare.ts'
import { comparisonReport } from './report.ts'
import { type Side, startSide } from './side.ts'

export interface AgainstOptions {
  /** The commit to compare with. */
  readonly ref: string
  /** Names of scenarios; all of them if left out. */
  readonly only: readonly string[] | undefined
  readonly plan: Plan
  /** How many times both builds start. */
  readonly pairs: number
}

/**
 * Runs this build and another commit's by turns, in fresh processes for each pair: where a process lies in memory and what V8
 * compiles in it makes it a few percent slower or faster for as long as it lives. Resolves with the report.
 */
export async function runAgainst(options: AgainstOptions, progress: Progress): Promise<string> {
  const { ref, pairs } = options
  const other = await checkOut(ref, (what) => process.stderr.write(`${what}\n`))
  const figures: (readonly PairedFigure[])[] = []
  try {
    for (let pair = 1; pair <= pairs; pair++) {
      figures.push(await runPair(other, pair, options, progress))
    }
    return comparisonReport(summarizePairs(figures), other.label, HERE.label)
  } finally {
    progress.stop()
  }
}

async function runPair(
  other: Checkout,
  pair: number,
  { only, plan, pairs }: AgainstOptions,
  progress: Progress,
): Promise<readonly PairedFigure[]> {
  const sides: Side[] = []
  try {
    const before = await startSide(other, plan)
    sides.push(before)
    const after = await startSide(HERE, plan)
    sides.push(after)
    const cases = (await sharedCases(before, after)).filter(({ scenario }) => only?.includes(scenario) ?? true)
    const figures: PairedFigure[] = []
    if (pair === 1) progress.start(cases.length * pairs)
    for (const one of cases) {
      progress.enter(`pair ${pair} of ${pairs}, ${one.scenario}: ${one.case}`)
      figures.push(...(await compareCase(before, after, one, plan.rounds)))
      progress.step()
    }
    return figures
  } finally {
    await Promise.all(sides.map((side) => side.stop()))
  }
}
