import { FixedWindowRateLimiter, type UnitWindowOptions } from '@rl/core'
import { type Calendar, calendar } from '@rl/core/calendar'
import { MemoryStore } from '@rl/memory'
import type { Setup, WindowSetup } from '../setup/setup.ts'

type Period = Parameters<typeof calendar>[0]

/** A limiter, and the calendars of its windows. */
export interface Limited {
  readonly limiter: FixedWindowRateLimiter
  readonly calendars: readonly (Calendar | undefined)[]
}

/** The limiters of a set-up, each over a separate store that reads the page's clock. */
export function createLimiters(setup: Setup, now: () => number): readonly Limited[] {
  return setup.limiters.map((setups, i) => {
    const windows = setups.map(windowOptions)
    const [only] = windows
    const common = { name: limiterName(i), store: new MemoryStore({ now }) }
    return {
      // As in the code that is shown, so that errors name the same options.
      limiter: new FixedWindowRateLimiter(
        windows.length === 1 && only !== undefined && only.unit === undefined
          ? { ...common, ...only }
          : { ...common, windows },
      ),
      calendars: windows.map(({ window }) => (typeof window === 'object' ? window : undefined)),
    }
  })
}

export function limiterName(index: number): string {
  return index === 0 ? 'A' : 'B'
}

function windowOptions({ limit, window, anchor, unit, timeZone, day }: WindowSetup): UnitWindowOptions {
  const common = { limit: toNumber(limit), ...(unit === '' ? {} : { unit }) }
  if (anchor !== 'calendar') return { ...common, window, anchor }
  const options = { timeZone, ...(day === '' ? {} : { day: toNumber(day) }) }
  return { ...common, window: calendar(window as Period, options) }
}

function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text)
}
