import { auditedLoop } from '../audit.ts'
import { collectGarbage } from '../garbage.ts'
import { identifiers, uniform } from '../identifiers.ts'
import { touchAll } from '../load.ts'
import { openSubject } from '../subjects/index.ts'
import { OPEN, type Subject } from '../subjects/subject.ts'
import { serve } from './child.ts'

/** A process that holds the counters of one subject and nothing else that grows. */
export interface MemorySettings {
  readonly subject: string
  readonly identifiers: number
  /** Bytes per identifier, or decisions/s: not both in one process, as a full garbage collection throws compiled code away. */
  readonly measure: 'bytes' | 'speed'
  readonly ms: number
}

await serve(async ({ subject: label, identifiers: count, measure, ms }: MemorySettings) => {
  const subject = await openSubject(label, {}, OPEN)
  return () => (measure === 'bytes' ? bytes(subject, count) : speed(subject, count, ms))
})

async function bytes(subject: Subject, count: number): Promise<number> {
  // Compiled code and tables that the first calls leave behind are not the identifiers' doing.
  await touchAll(subject, identifiers(1000))
  const before = heldBytes()
  await touchAll(subject, identifiers(count + 1000).slice(1000))
  return (heldBytes() - before) / count
}

async function speed(subject: Subject, count: number, ms: number): Promise<number> {
  const shape = uniform(identifiers(count))
  await touchAll(subject, shape.ids)
  await auditedLoop(subject, { ...shape, callers: 512, ms: ms / 2 }, 'all-allowed')
  const { decisions, elapsedMs } = await auditedLoop(subject, { ...shape, callers: 512, ms }, 'all-allowed')
  return (decisions / elapsedMs) * 1000
}

function heldBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
