import type { Mark } from '../run/history.ts'
import { html, type View } from './html.ts'
import type { Scale } from './scale.ts'

const HEIGHT = 64
const COLUMN = 8
const SPACING = 7

/** Calls as dots: filled if admitted, rings if denied. Those of one moment stand on each other. */
export function CallsStrip({ marks, scale }: { marks: readonly Mark[]; scale: Scale }): View {
  const columnMs = ((scale.to - scale.from) / scale.width) * COLUMN
  const columns = new Map<number, { at: number; admitted: number; denied: number }>()
  for (let i = marks.length - 1; i >= 0; i--) {
    const mark = marks[i]
    if (mark === undefined || mark.at < scale.from - columnMs) break
    const key = Math.floor(mark.at / columnMs)
    const column = columns.get(key) ?? { at: mark.at, admitted: 0, denied: 0 }
    column.at = mark.at
    if (mark.isAllowed) column.admitted++
    else column.denied++
    columns.set(key, column)
  }
  return html`
    <svg class="calls" width=${scale.width} height=${HEIGHT} aria-hidden="true">
      ${[...columns].map(([key, column]) => html`<${Column} key=${key} ...${column} x=${scale.x(column.at)} />`)}
    </svg>
  `
}

function Column({ x, admitted, denied }: { x: number; admitted: number; denied: number }): View {
  const spacing = Math.min(SPACING, (HEIGHT - 4) / (admitted + denied))
  const y = (index: number): number => HEIGHT - 4 - spacing * index
  if (spacing < 2.5) {
    return html`
      <rect class="admitted" x=${x - 2} width="4" y=${y(admitted)} height=${spacing * admitted} />
      <rect class="denied" x=${x - 2} width="4" y=${y(admitted + denied)} height=${spacing * denied} />
    `
  }
  const radius = Math.min(3, spacing / 2)
  return Array.from({ length: admitted + denied }, (_, i) =>
    i < admitted
      ? html`<circle class="admitted" cx=${x} cy=${y(i)} r=${radius} />`
      : html`<circle class="denied" cx=${x} cy=${y(i)} r=${radius - 0.7} />`,
  )
}
