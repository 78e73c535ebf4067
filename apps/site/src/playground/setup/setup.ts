/** A window as it is typed: texts, so that what is wrong can be shown with the limiter's own message. */
export interface WindowSetup {
  readonly limit: string
  /** A duration such as `10s`; with the anchor `calendar` a period such as `month`. */
  readonly window: string
  readonly anchor: 'epoch' | 'first-hit' | 'calendar'
  readonly unit: string
  readonly timeZone: string
  readonly day: string
}

/** A caller: the rate of the calls, and the step that follows an admitted call. */
export interface CallerSetup {
  readonly id: string
  /** Calls at one moment. */
  readonly calls: string
  readonly every: string
  readonly first: string
  /** The calls come at random moments, `every` on average. */
  readonly isRandom: boolean
  /** `3`, or units such as `requests 1, tokens 1200`. */
  readonly cost: string
  readonly finish: 'keep' | 'refund' | 'settle'
  /** Time from the answer to the refund or settlement. */
  readonly after: string
  readonly actual: string
}

/** Everything that a link says. */
export interface Setup {
  /** One limiter, or two that are asked the same. */
  readonly limiters: readonly (readonly WindowSetup[])[]
  readonly callers: readonly CallerSetup[]
  /** When the clock of the page starts, ISO 8601. */
  readonly start: string
  /** Milliseconds of the page's clock for each that passes. */
  readonly speed: number
  /** The clock is set to this long after the start, and paused. Empty: it runs from the start. */
  readonly until: string
}

export const NEW_WINDOW: WindowSetup = {
  limit: '10',
  window: '10s',
  anchor: 'epoch',
  unit: '',
  timeZone: 'Europe/Berlin',
  day: '',
}

export const NEW_CALLER: CallerSetup = {
  id: 'user_1',
  calls: '1',
  every: '700ms',
  first: '0s',
  isRandom: false,
  cost: '1',
  finish: 'keep',
  after: '2s',
  actual: '0',
}

/** How many of each fit on a screen. */
export const MOST = { limiters: 2, windows: 3, callers: 4, calls: 50 } as const

export const PERIODS = ['hour', 'day', 'week', 'month', 'year'] as const

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Milliseconds of a text such as `1.5s`, or `undefined`. */
export function milliseconds(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(ms|[smhdw])$/.exec(text.trim()) ?? []
  const factor = MS[unit]
  return factor === undefined ? undefined : Math.round(Number(digits) * factor)
}

/** A number, or units: `requests 1, tokens 1200`. */
export function parseCost(text: string): number | Readonly<Record<string, number>> {
  const trimmed = text.trim()
  if (trimmed === '') return Number.NaN
  if (!Number.isNaN(Number(trimmed))) return Number(trimmed)
  return Object.fromEntries(
    trimmed.split(',').map((part) => {
      const [unit = '', units = ''] = part.trim().split(/[\s:=]+/)
      return [unit, units === '' ? Number.NaN : Number(units)]
    }),
  )
}
