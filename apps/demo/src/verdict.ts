import { clockTime } from './clock-time.ts'
import { sum, type WindowTally } from './tally.ts'

export interface Verdict {
  readonly ok: boolean
  /** The verdict in words, on one line. */
  readonly line: string
}

/** Judges recorded answers: no window may have admitted more than the limit, nor denied a call while units were left. */
export function judge(windows: readonly WindowTally[], limit: number): Verdict {
  if (windows.length === 0) return { ok: false, line: 'FAILED: no answer was recorded' }
  for (const { resetAt, admitted, denied } of windows) {
    const units = sum(admitted)
    const which = `in the window that ended at ${clockTime(resetAt)} UTC`
    if (units > limit) {
      return { ok: false, line: `FAILED: ${units} admitted ${which}, ${units - limit} more than the limit of ${limit}` }
    }
    if (units < limit && sum(denied) > 0) {
      return { ok: false, line: `FAILED: denied ${which}, although ${limit - units} of ${limit} were left` }
    }
  }
  const most = Math.max(...windows.map(({ admitted }) => sum(admitted)))
  const seen =
    windows.length === 1
      ? `1 window, ${most} of ${limit} admitted`
      : `${windows.length} windows, at most ${most} of ${limit} admitted in one`
  return { ok: true, line: `${seen}, never more than the limit: ok` }
}
