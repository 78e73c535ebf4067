import type { Window } from '@rl/core'
import type { PolicyWindow } from '../../messages.ts'

/** The windows as the page shows them. */
export function policyOf(windows: readonly Window[]): readonly PolicyWindow[] {
  return windows.map((window) => {
    const { unit, limit, anchor } = window
    if (window.anchor !== 'calendar') return { unit, limit, length: lengthOf(window.windowMs), anchor }
    return { unit, limit, length: window.period, anchor, timeZone: window.timeZone }
  })
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
  [1, 'ms'],
] as const

/** In the largest unit that it is a whole number of. */
function lengthOf(ms: number): string {
  const [unitMs, unit] = UNITS.find(([unitMs]) => ms % unitMs === 0) ?? [1, 'ms']
  return `${ms / unitMs}${unit}`
}
