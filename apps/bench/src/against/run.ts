import type { Plan } from '../plan.ts'
import type { Progress } from '../report/progress.ts'
import { checkOut, HERE } from './checkout.ts'
import { type ComparedRow, compareCase, sharedCases } from './compare.ts'
import { comparisonReport } from './report.ts'
import { type Side, startSide } from './side.ts'

export interface AgainstOptions {
  /** The commit to compare with. */
  readonly ref: string
  /** Names of scenarios; all of them if left out. */
  readonly only: readonly string[] | undefined
  readonly plan: Plan
}

/** Runs this build and another commit's by turns. Resolves with the report. */
export async function runAgainst({ ref, only, plan }: AgainstOptions, progress: Progress): Promise<string> {
  const other = await checkOut(ref, (what) => process.stderr.write(`${what}\n`))
  const sides: Side[] = []
  try {
    const before = await startSide(other, plan)
    sides.push(before)
    const after = await startSide(HERE, plan)
    sides.push(after)
    const cases = (await sharedCases(before, after)).filter(({ scenario }) => only?.includes(scenario) ?? true)
    const rows: ComparedRow[] = []
    progress.start(cases.length)
    for (const one of cases) {
      progress.enter(`${one.scenario}: ${one.case}`)
      rows.push(...(await compareCase(before, after, one, plan.rounds)))
      progress.step()
    }
    return comparisonReport(rows, before.label, after.label)
  } finally {
    progress.stop()
    await Promise.all(sides.map((side) => side.stop()))
  }
}
