import type { Fullness } from '../../messages.ts'
import { formatCount, formatShare } from '../text/format.ts'
import { html, type View } from './html.ts'

interface FullnessProps {
  readonly counts: Fullness
  /** The window, in words. */
  readonly window: string
}

/** How full one window was after the calls of the last minute: a column for each tenth of the limit, and one for full windows. */
export function FullnessBars({ counts, window }: FullnessProps): View {
  const calls = counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(1, ...counts)
  return html`<figure>
    <figcaption class="small">
      <span class="soft">How full: ${window}</span>
      <span>${summary(counts, calls)}</span>
    </figcaption>
    <div class="bars" role="img" aria-label="Calls by how full the window was: ${spoken(counts, calls)}">
      ${counts.map(
        (count, tenth) => html`<i class=${tenth === 10 ? 'full' : ''} style=${{ '--share': count / most }}></i>`,
      )}
    </div>
    <p class="scale small soft" aria-hidden="true"><span>empty</span><span>full</span></p>
  </figure>`
}

function summary(counts: Fullness, calls: number): string {
  if (calls === 0) return 'no calls in the last minute'
  const full = counts[10] ?? 0
  return full === 0 ? `most calls: ${rangeText(fullest(counts))}` : `full for ${formatShare(full / calls)} of calls`
}

function spoken(counts: Fullness, calls: number): string {
  if (calls === 0) return 'no calls in the last minute.'
  return counts
    .flatMap((count, tenth) => (count === 0 ? [] : [`${rangeText(tenth)}: ${formatCount(count)}`]))
    .join('; ')
}

function fullest(counts: Fullness): number {
  return counts.indexOf(Math.max(...counts))
}

function rangeText(tenth: number): string {
  return tenth === 10 ? 'full' : `${tenth * 10} to ${tenth * 10 + 10} % used`
}
