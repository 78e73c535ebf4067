import { auditedLoop, type Expectation } from '../audit.ts'
import type { Shape } from '../identifiers.ts'
import type { Lab } from '../lab.ts'
import { closedLoop, type Load } from '../load.ts'
import { DECISIONS } from '../metrics.ts'
import type { Case, Participant, Sample } from '../scenario.ts'
import { openSubject } from '../subjects/index.ts'
import { OPEN, type Place, type Policy, type Subject } from '../subjects/subject.ts'

/** Begins to count something about the servers. The function it resolves with ends that, and divides by the decisions. */
export type Meter = () => Promise<(decisions: number) => Promise<Sample>>

/** A closed loop over the same identifiers, by each of the subjects. */
export interface LoadedCase {
  readonly name: string
  readonly fullOnly?: boolean
  readonly subjects: readonly string[]
  readonly callers: number
  readonly shape: Shape
  /** Units that calls ask for, by turns. Default: one each. */
  readonly costs?: Uint32Array
  /** Default: one that admits everything. */
  readonly policy?: Policy
  /** Default `'all-allowed'`. */
  readonly expected?: Expectation
  readonly place: (lab: Lab) => Promise<Place>
  readonly meter?: (lab: Lab) => Promise<Meter>
  /** Before the subject is warmed up. */
  readonly prepare?: (subject: Subject, shape: Shape) => Promise<void>
}

export function loadedCase(options: LoadedCase): Case {
  const { name, subjects, callers, shape, policy = OPEN, expected = 'all-allowed', fullOnly = false } = options
  return {
    name,
    fullOnly,
    open: async (lab) => {
      const place = await options.place(lab)
      const meter = await options.meter?.(lab)
      const opened: Participant[] = []
      for (const label of subjects) {
        const subject = await openSubject(label, place, policy)
        const load: Load = { ...shape, ...(options.costs && { costs: options.costs }), callers, ms: lab.plan.roundMs }
        opened.push({
          subject: label,
          warmUp: async () => {
            await options.prepare?.(subject, shape)
            // A lone caller makes too few calls for the engine to compile what they run through.
            const busy = { ...load, callers: Math.max(callers, 64) }
            await auditedLoop(subject, { ...busy, ms: lab.plan.warmUpMs / 2 }, expected)
            await auditedLoop(subject, { ...load, ms: lab.plan.warmUpMs / 2 }, expected)
          },
          round: () => loadedRound(subject, load, expected, meter),
          close: () => subject.close(),
        })
      }
      return opened
    },
  }
}

/** A round of a closed loop. */
export async function loadedRound(
  subject: Subject,
  load: Load,
  expected: Expectation,
  meter: Meter | undefined,
): Promise<Sample> {
  let metered: Sample = {}
  // The audit's own commands are not metered.
  const { decisions, elapsedMs } = await auditedLoop(subject, load, expected, async () => {
    const read = await meter?.()
    const answers = await closedLoop(subject, load)
    metered = (await read?.(answers.decisions)) ?? {}
    return answers
  })
  return { [DECISIONS]: (decisions / elapsedMs) * 1000, ...metered }
}

/** The run's Redis, emptied. */
export async function onRedis(lab: Lab): Promise<Place> {
  return { port: (await lab.emptyRedis()).port }
}
