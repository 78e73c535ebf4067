const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** `0.3`, `12`, `1,234`, `12.3K`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 10_000) return COMPACT.format(perSecond)
  return perSecond < 10 ? TENTHS.format(perSecond) : WHOLE.format(perSecond)
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return WHOLE.format(count)
}

/** `3.2 ms`, `1,200 ms`. */
export function formatMilliseconds(ms: number): string {
  return `${ms < 10 ? TENTHS.format(ms) : WHOLE.format(ms)} ms`
}

/** `42 %` of a share from 0 to 1. Rounded down, so that only a full window is at 100 %. */
export function formatShare(share: number): string {
  return `${WHOLE.format(Math.floor(share * 100))} %`
}

/** `14:02:11`, with the day if that is not today. */
export function formatTime(epochMs: number, now: number = Date.now()): string {
  const time = CLOCK.format(epochMs)
  return DAY.format(epochMs) === DAY.format(now) ? time : `${DAY.format(epochMs)}, ${time}`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** Two units at most: `2 d 4 h`, `3 min 20 s`, `4.2 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return `${TENTHS.format(Math.max(0, ms) / 1000)} s`
  let left = Math.round(ms / 1000) * 1000
  const parts: string[] = []
  for (const [name, size] of UNITS) {
    const amount = Math.floor(left / size)
    left -= amount * size
    if (amount > 0) parts.push(`${amount} ${name}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return parts.join(' ')
}
