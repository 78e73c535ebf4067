import { useEffect, useState } from 'preact/hooks'
import type { PolicyWindow, StandingWindow } from '../../messages.ts'
import { formatCount, formatDuration } from '../text/format.ts'
import { windowText } from '../text/window-text.ts'
import { html, type View } from './html.ts'

const TICK_MS = 200

interface WindowBarProps {
  readonly window: StandingWindow
  readonly policy: PolicyWindow
  /** When the server said so, in milliseconds by `performance.now()`. */
  readonly at: number
}

/** One window of one identifier: it fills, and is empty again when it rolls over, even before the server says so. */
export function WindowBar({ window, policy, at }: WindowBarProps): View {
  const leftMs = useCountdown(at + window.resetAfterMs)
  const used = leftMs === 0 ? 0 : window.used
  const share = window.limit === 0 ? 1 : used / window.limit
  return html`<div class="window ${share >= 1 ? 'full' : ''}">
    <p class="small">
      <b><span data-used>${formatCount(used)}</span> of ${formatCount(window.limit)}</b>
      <span class="soft">${windowText(policy)}</span>
    </p>
    <div
      class="meter"
      role="meter"
      aria-label="Used of ${windowText(policy)}"
      aria-valuemin="0"
      aria-valuemax=${window.limit}
      aria-valuenow=${Math.min(used, window.limit)}
      aria-valuetext="${formatCount(used)} of ${formatCount(window.limit)}"
    >
      <i style=${{ '--share': share }}></i>
    </div>
    <p class="small soft">${restText(used, leftMs, policy)}</p>
  </div>`
}

function restText(used: number, leftMs: number, { anchor }: PolicyWindow): string {
  if (leftMs === 0) return 'a new window has begun'
  if (anchor === 'first-hit' && used === 0) return 'opens with the next call'
  return `empty again in ${formatDuration(leftMs)}`
}

/** Milliseconds left until `end` by `performance.now()`. */
function useCountdown(end: number): number {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((ticks) => ticks + 1), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, end - performance.now())
}
