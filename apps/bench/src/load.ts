import type { Shape } from './identifiers.ts'
import type { Subject } from './subjects/subject.ts'

/** Callers that each ask again as soon as they are answered. */
export interface Load extends Shape {
  readonly callers: number
  readonly ms: number
  /** Ends the load early. */
  readonly mostDecisions?: number
}

export interface Answers {
  readonly elapsedMs: number
  readonly decisions: number
  readonly denied: number
  /** By place in `ids`. */
  readonly allowed: Uint32Array
}

/** Reading the clock costs as much as a decision that needs no round trip. A power of two. */
const DECISIONS_PER_LOOK = 16

interface Tally {
  asked: number
  over: boolean
  denied: number
  readonly allowed: Uint32Array
}

export async function closedLoop(subject: Subject, load: Load): Promise<Answers> {
  const tally: Tally = { asked: 0, over: false, denied: 0, allowed: new Uint32Array(load.ids.length) }
  const start = performance.now()
  await Promise.all(Array.from({ length: load.callers }, (_, caller) => call(subject, load, caller, start, tally)))
  const { asked, denied, allowed } = tally
  return { elapsedMs: performance.now() - start, decisions: asked, denied, allowed }
}

async function call(subject: Subject, load: Load, caller: number, start: number, tally: Tally): Promise<void> {
  const { ids, picks, callers, ms, mostDecisions = Number.POSITIVE_INFINITY } = load
  const end = start + ms
  for (let at = caller % picks.length; !tally.over; ) {
    const index = picks[at] as number
    const asked = ++tally.asked
    if (asked >= mostDecisions || ((asked & (DECISIONS_PER_LOOK - 1)) === 0 && performance.now() >= end)) {
      tally.over = true
    }
    let allowed: boolean
    // Written out, as another async function around the library's call would cost more than some libraries do.
    try {
      allowed = subject.allows(await subject.take(ids[index] as string))
    } catch (error) {
      if (!subject.denies(error)) throw error
      allowed = false
    }
    if (allowed) tally.allowed[index] = (tally.allowed[index] as number) + 1
    else tally.denied++
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
