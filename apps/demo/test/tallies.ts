import { Tally, type WindowTally } from '../src/tally.ts'

/** A window in which instance `i` got `admitted[i]` and was denied `denied[i]` times, as recorded answer by answer. */
export function recorded(resetAt: number, admitted: readonly number[], denied: readonly number[] = []): WindowTally {
  const tally = new Tally(admitted.length)
  const record = (counts: readonly number[], allowed: boolean): void => {
    for (const [instance, count] of counts.entries()) {
      for (let i = 0; i < count; i++) tally.record(instance, { allowed, resetAt })
    }
  }
  record(admitted, true)
  record(denied, false)
  const [window] = tally.windows()
  if (window === undefined) throw new Error('nothing was recorded')
  return window
}
