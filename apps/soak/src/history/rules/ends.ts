import type { Counters } from '../identifier.ts'
import { withGreatestBefore } from '../sweep.ts'
import type { Violation } from '../violation.ts'

/** I5: along real time, windows follow one another. */
export function endsNeverFall({ sightings }: Counters, id: string): Violation[] {
  const violations: Violation[] = []
  withGreatestBefore(
    sightings,
    ({ resetAt }) => resetAt,
    (sighting, greatest) => {
      if (violations.length > 0 || greatest <= sighting.resetAt) return
      const detail = `${sighting.resetAt}, after ${greatest}`
      violations.push({ invariant: 'I5', rule: 'resetAt fell', id, detail })
    },
  )
  return violations
}

/** I5: first-hit windows do not overlap. Ask only where no reset came between them. */
export function endsAreApart({ window, counters }: Counters, id: string): Violation[] {
  if (window.anchor === 'epoch') return [] // each is a multiple of the length
  for (let i = 1; i < counters.length; i++) {
    const apart = (counters[i]?.resetAt ?? 0) - (counters[i - 1]?.resetAt ?? 0)
    if (apart >= window.windowMs) continue
    const detail = `${apart} ms apart, with windows of ${window.windowMs} ms`
    return [{ invariant: 'I5', rule: 'one window has two ends', id, detail }]
  }
  return []
}
