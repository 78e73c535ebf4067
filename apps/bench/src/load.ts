import type { Shape } from './identifiers.ts'
import type { Subject } from './subjects/subject.ts'

/** Callers that each ask again as soon as they are answered. */
export interface Load extends Shape {
  readonly callers: number
  readonly ms: number
  /** Ends the load early. */
  readonly mostDecisions?: number
  /** Units that calls ask for, by turns. Default: what the library takes by default, one each. */
  readonly costs?: Uint32Array
}

export interface Answers {
  readonly elapsedMs: number
  readonly decisions: number
  readonly denied: number
  readonly admitted: number
  /** Units that were admitted, by place in `ids`. */
  readonly units: Float64Array
}

/** Reading the clock costs as much as a decision that needs no round trip. A power of two. */
const DECISIONS_PER_LOOK = 16

interface Tally {
  asked: number
  over: boolean
  denied: number
  admitted: number
  readonly units: Float64Array
}

export async function closedLoop(subject: Subject, load: Load): Promise<Answers> {
  const tally: Tally = { asked: 0, over: false, denied: 0, admitted: 0, units: new Float64Array(load.ids.length) }
  const start = performance.now()
  await Promise.all(Array.from({ length: load.callers }, (_, caller) => call(subject, load, caller, start, tally)))
  const { asked, denied, admitted, units } = tally
  return { elapsedMs: performance.now() - start, decisions: asked, denied, admitted, units }
}

async function call(subject: Subject, load: Load, caller: number, start: number, tally: Tally): Promise<void> {
  const { ids, picks, callers, ms, costs, mostDecisions = Number.POSITIVE_INFINITY } = load
  const end = start + ms
  for (let at = caller % picks.length; !tally.over; ) {
    const index = picks[at] as number
    const asked = ++tally.asked
    if (asked >= mostDecisions || ((asked & (DECISIONS_PER_LOOK - 1)) === 0 && performance.now() >= end)) {
      tally.over = true
    }
    const cost = costs?.[asked % costs.length]
    let allowed: boolean
    // Written out, as another async function around the library's call would cost more than some libraries do.
    try {
      allowed = subject.allows(await subject.take(ids[index] as string, cost))
    } catch (error) {
      if (!subject.denies(error)) throw error
      allowed = false
    }
    if (allowed) {
      tally.admitted++
      tally.units[index] = (tally.units[index] as number) + (cost ?? 1)
    } else tally.denied++
    at += callers
    if (at >= picks.length) at %= picks.length
  }
}

/** Asks once for each identifier. */
export async function touchAll(subject: Subject, ids: readonly string[], callers = 512): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < ids.length) {
      await subject.take(ids[next++] as string).catch((error: unknown) => {
        if (!subject.denies(error)) throw error
      })
    }
  }
  await Promise.all(Array.from({ length: callers }, worker))
}
