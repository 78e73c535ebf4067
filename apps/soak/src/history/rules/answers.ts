import { type Ask, type History, isAnswered, type Look } from '../operation.ts'
import type { Violation } from '../violation.ts'

/** I3: an answer's own figures bear it out. */
export function answerIsConsistent(ask: Ask): Violation[] {
  if (!isAnswered(ask)) return []
  const { id, cost, limits, kind, result } = ask
  const { allowed, windows } = result
  const remaining = windows.map((window) => window.remaining)
  const detail = `${kind} of ${cost}, remaining ${remaining.join(' and ')} of ${limits.join(' and ')}`
  const broken = (rule: string): Violation[] => [{ invariant: 'I3', rule, id, detail }]

  if (windows.length !== limits.length || windows.some(({ limit }, i) => limit !== limits[i]))
    return broken('checked against another limit')
  if (windows.some(({ limit, remaining }) => !(remaining >= 0 && remaining <= limit)))
    return broken('remaining is out of range')
  // Where nothing remains, more than the limit may be used, under a higher one of another call: not even 0 fits then.
  if (!allowed && remaining.every((units) => units >= Math.max(1, cost))) return broken('denied though it fits')
  if (!allowed || cost === 0) return []
  const room = kind === 'peek' ? remaining : windows.map(({ limit, remaining }) => limit - remaining)
  if (result.source === 'store' && room.some((units) => units < cost)) return broken('admitted though it does not fit')
  return []
}

/** I5: a window ends within its length, and one by the epoch at a multiple of it. */
export function endIsPossible(ask: Ask, { windows }: History): Violation[] {
  if (!isAnswered(ask)) return []
  return ask.result.windows.flatMap(({ resetAt, resetAfterMs }, i): Violation[] => {
    const { windowMs = 0, anchor } = windows[i] ?? {}
    const possible = resetAfterMs > 0 && resetAfterMs <= windowMs && (anchor !== 'epoch' || resetAt % windowMs === 0)
    if (possible) return []
    const detail = `${resetAt}, in ${resetAfterMs} ms, is no end of an ${anchor} window of ${windowMs} ms`
    return [{ invariant: 'I5', rule: 'resetAt is no end of a window', id: ask.id, detail }]
  })
}

/** I6: what is stored stays until its window ends, and goes away when the last window of the identifier has ended. */
export function counterExpires({ id, now, counters }: Look, { windows }: History): Violation[] {
  const longestMs = Math.max(...windows.map(({ windowMs }) => windowMs))
  return counters.flatMap((counter): Violation[] => {
    if (counter === undefined) return []
    const leftMs = counter.resetAt - now
    if (counter.ttlMs >= leftMs && counter.ttlMs <= longestMs) return []
    const detail = `expires in ${counter.ttlMs} ms, with ${leftMs} ms left of its window, and ${longestMs} ms of the longest`
    return [{ invariant: 'I6', rule: 'a counter does not expire with its window', id, detail }]
  })
}
