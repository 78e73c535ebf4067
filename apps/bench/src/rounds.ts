import { rotate, summarize } from '@rl/measure'
import type { Lab } from './lab.ts'
import type { Figure } from './results.ts'
import type { Case, Participant, Sample } from './scenario.ts'

/**
 * Warms every subject up, then lets them take turns, each round in another order, so that a slow spell hits all of them.
 * There is no full garbage collection in between: V8 throws compiled code away in it, and the rounds would mostly measure
 * how quickly that is compiled again.
 */
export async function runCase(one: Case, lab: Lab, onRound: (done: number) => void): Promise<readonly Figure[]> {
  const participants = await one.open(lab)
  const taken = new Map<Participant, Sample[]>(participants.map((participant) => [participant, []]))
  try {
    for (const participant of participants) await blaming(participant, () => participant.warmUp())
    onRound(0)
    const rounds = roundsOf(one, lab.plan.rounds)
    for (let round = 0; round < rounds; round++) {
      for (const participant of rotate(participants, round)) {
        taken.get(participant)?.push(await blaming(participant, () => participant.round()))
      }
      onRound(round + 1)
    }
  } finally {
    await Promise.all(participants.map((participant) => participant.close()))
  }
  return participants.flatMap((participant) => figures(one.name, participant.subject, taken.get(participant) ?? []))
}

export function roundsOf(one: Case, planned: number): number {
  return one.rounds ?? planned
}

function figures(caseName: string, subject: string, samples: readonly Sample[]): readonly Figure[] {
  const metrics = new Set(samples.flatMap((sample) => Object.keys(sample)))
  return Array.from(metrics, (metric) => {
    const values = samples.map((sample) => sample[metric]).filter((value) => value !== undefined)
    return { case: caseName, subject, metric, ...summarize(values) }
  })
}

async function blaming<T>({ subject }: Participant, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new Error(`${subject}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
