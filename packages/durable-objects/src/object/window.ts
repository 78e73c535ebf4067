import type { WireWindow } from '../wire.ts'

/** Whether `now` is outside the boundaries of a calendar window. */
export function isOutside(window: WireWindow, now: number): boolean {
  return window.anchor === 'calendar' && (now < (window.ends[0] ?? 0) || now >= (window.ends.at(-1) ?? 0))
}

/** When a window that opens at `now` ends. */
export function endAt(window: WireWindow, now: number): number {
  if (window.anchor === 'calendar') return window.ends.find((end) => end > now) as number
  const { windowMs, anchor } = window
  return anchor === 'epoch' ? now - (now % windowMs) + windowMs : Math.min(now + windowMs, Number.MAX_SAFE_INTEGER)
}

/** The stored end of a window that is open, unless it is further away than the window is long. */
export function endInTime(end: number, window: WireWindow, now: number): number {
  const lengthMs = window.anchor === 'calendar' ? window.longestMs : window.windowMs
  return end - lengthMs > now ? endAt(window, now) : end
}
