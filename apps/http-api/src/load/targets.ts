import { type Summary, summarize } from '@rl/measure'
import { overheadOf } from './overhead.ts'
import { caseName } from './plan.ts'
import type { Results } from './results.ts'
import { EXPRESS_OURS, EXPRESS_THEIRS, FASTIFY_OURS, FASTIFY_THEIRS } from './subjects.ts'

const PAIRS = [
  { framework: 'Fastify', ours: FASTIFY_OURS, theirs: FASTIFY_THEIRS },
  { framework: 'Express', ours: EXPRESS_OURS, theirs: EXPRESS_THEIRS },
]

/** Of the overhead of theirs, by the number of connections. */
const BOUNDS: Readonly<Record<number, number>> = { 1: 1, 256: 0.5 }

/** Whether a limiter of this library costs little enough beside that of its peer. */
export interface Verdict {
  readonly what: string
  readonly atMost: number
  /** Our overhead as a share of theirs: of the medians, and the quartiles of the rounds. */
  readonly share: Summary
  /** The same of processor time. */
  readonly cpuShare: Summary
  /** `undefined` where one of the two took no time that could be told from noise. */
  readonly met: boolean | undefined
}

export function judge({ cases }: Pick<Results, 'cases'>): readonly Verdict[] {
  return cases.flatMap((one) =>
    PAIRS.flatMap(({ framework, ours, theirs }) => {
      const of = overheadOf(ours, one)
      const to = overheadOf(theirs, one)
      const atMost = BOUNDS[one.connections]
      if (of === undefined || to === undefined || atMost === undefined) return []
      const share = shareOf(of.micros, to.micros)
      const cpuShare = shareOf(of.cpuMicros, to.cpuMicros)
      const lost = [of.micros, to.micros].some((micros) => summarize(micros).median <= 0)
      const met = lost ? undefined : share.median <= atMost
      return [{ what: `${framework}, ${caseName(one)}`, atMost, share, cpuShare, met }]
    }),
  )
}

function shareOf(of: readonly number[], to: readonly number[]): Summary {
  const ratios = of.map((value, i) => value / (to[i] ?? Number.NaN))
  return { ...summarize(ratios), median: summarize(of).median / summarize(to).median }
}
