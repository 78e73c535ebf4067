import { monitorEventLoopDelay } from 'node:perf_hooks'
import { auditedLoop } from '../audit.ts'
import { identifiers } from '../identifiers.ts'
import { openSubject } from '../subjects/index.ts'
import type { Place, Policy } from '../subjects/subject.ts'
import { serve } from './child.ts'

/** A process that loads one subject; each caller asks for another identifier. */
export interface LoadSettings {
  readonly subject: string
  readonly place: Place
  readonly policy: Policy
  readonly callers: number
  /** Tells the identifiers of this process from those of others. */
  readonly prefix: string
}

export interface LoadReport {
  readonly decisions: number
  readonly elapsedMs: number
  /** 99th percentile of how late the event loop came, in milliseconds. */
  readonly delayP99Ms: number
  /** Processor time of this process, in microseconds. */
  readonly cpuUs: number
}

const RESOLUTION_MS = 1

await serve(async ({ subject: label, place, policy, callers, prefix }: LoadSettings) => {
  const subject = await openSubject(label, place, policy)
  const ids = identifiers(callers).map((id) => prefix + id)
  const picks = Uint32Array.from({ length: callers }, (_, i) => i)
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  return async (ms): Promise<LoadReport> => {
    const cpuBefore = process.cpuUsage()
    delay.enable()
    delay.reset()
    const { decisions, elapsedMs } = await auditedLoop(
      subject,
      { ids, picks, callers, ms: ms as number },
      'all-allowed',
    )
    delay.disable()
    const { user, system } = process.cpuUsage(cpuBefore)
    // The histogram holds the times from one look to the next, which are the resolution apart when nothing is late.
    return {
      decisions,
      elapsedMs,
      delayP99Ms: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
      cpuUs: user + system,
    }
  }
})
