import type { Cost, Window } from '@rl/core'

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** `2.5 s`, `3 min 20 s`, `12 d 4 h`: two units at most. */
export function duration(ms: number): string {
  if (ms === Number.POSITIVE_INFINITY) return 'never'
  if (ms < 1000) return `${Math.ceil(ms)} ms`
  if (ms < 60_000) return `${Number((Math.ceil(ms / 100) / 10).toFixed(1))} s`
  let rest = ms
  const parts: string[] = []
  for (const [unit, length] of STEPS) {
    const count = Math.floor(rest / length)
    rest -= count * length
    if (count > 0) parts.push(`${count} ${unit}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}

/** The length of a time as options write it: `10s`. */
export function exactDuration(ms: number): string {
  const [unit, length] = [...STEPS.map(([name, each]) => [name === 'min' ? 'm' : name, each] as const)].find(
    ([, each]) => ms % each === 0,
  ) ?? ['ms', 1]
  return `${ms / length}${unit}`
}

const zoned = new Map<string, Intl.DateTimeFormat>()

/** A moment in UTC: `12:00:09.500`. */
export function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23)
}

export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** A moment in a time zone: `31 Jan, 00:00`. */
export function dateIn(timeZone: string, ms: number): string {
  let format = zoned.get(timeZone)
  if (format === undefined) {
    const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
    zoned.set(timeZone, format)
  }
  return format.format(ms)
}

/** `10 per 10s`, `100 tokens per month in Europe/Berlin`. */
export function windowName(window: Window): string {
  const units = window.unit === undefined ? '' : ` ${window.unit}`
  const period =
    window.anchor === 'calendar' ? `${window.period} in ${window.timeZone}` : exactDuration(window.windowMs)
  return `${number(window.limit)}${units} per ${period}`
}

export function number(value: number): string {
  return value.toLocaleString('en')
}

/** `3`, `requests 1, tokens 1200`. */
export function costText(cost: Cost): string {
  if (typeof cost === 'number') return number(cost)
  return Object.entries(cost)
    .map(([unit, units]) => `${unit} ${number(units as number)}`)
    .join(', ')
}
