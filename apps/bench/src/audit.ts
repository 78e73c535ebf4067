import { type Answers, closedLoop, type Load } from './load.ts'
import type { Subject } from './subjects/subject.ts'

/** The rules for a load's answers. */
export type Expectation = 'all-allowed' | 'all-denied'

const SAMPLED = 16

/** A closed loop whose answers are compared with what the storage counts, so that no subject wins by wrong answers. */
export async function auditedLoop(
  subject: Subject,
  load: Load,
  expected: Expectation,
  run: (subject: Subject, load: Load) => Promise<Answers> = closedLoop,
): Promise<Answers> {
  const sample = sampleOf(load)
  const before = await countsOf(subject, load, sample)
  const answers = await run(subject, load)
  if (answers.decisions === 0) throw new Error('no call was answered')
  const { admitted } = answers
  if (admitted + answers.denied !== answers.decisions) throw new Error('calls went without an answer')
  if (expected === 'all-denied') {
    if (admitted > 0) throw new Error(`${admitted} calls were admitted beyond the limit`)
    return answers
  }
  if (answers.denied > 0) throw new Error(`${answers.denied} calls were denied within the limit`)
  const after = await countsOf(subject, load, sample)
  sample.forEach((index, i) => {
    const counted = (after[i] ?? Number.NaN) - (before[i] ?? Number.NaN)
    const units = answers.units[index] ?? Number.NaN
    if (!(subject.takesAhead ? counted >= units : counted === units)) {
      throw new Error(`${units} units of one identifier were admitted, but its counter rose by ${counted}`)
    }
  })
  return answers
}

/** Places in `ids` of those asked for by the first callers, so at least one that is often asked for. */
function sampleOf({ picks }: Load): readonly number[] {
  const step = Math.max(1, Math.floor(picks.length / SAMPLED))
  const sampled = new Set<number>()
  for (let at = 0; at < picks.length; at += step) sampled.add(picks[at] as number)
  return [...sampled]
}

function countsOf(subject: Subject, { ids }: Load, sample: readonly number[]): Promise<readonly number[]> {
  return Promise.all(sample.map((index) => subject.used(ids[index] as string)))
}
