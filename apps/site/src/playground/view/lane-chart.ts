import { boundaryAfter, boundaryBefore, type Lane } from '../run/boundaries.ts'
import type { Span } from '../run/history.ts'
import { html, type View } from './html.ts'
import type { Scale } from './scale.ts'

const HEIGHT = 60
/** Left out between two windows, so that they are seen apart. */
const GAP = 2
const MOST_BOXES = 200

interface Props {
  readonly lane: Lane
  readonly spans: readonly Span[]
  readonly scale: Scale
}

/** Windows side by side as they come and go, each filled to the units used. */
export function LaneChart({ lane, spans, scale }: Props): View {
  const seen = spans.filter(({ begin, end }) => end > scale.from && begin < scale.to)
  return html`
    <svg class="lane" width=${scale.width} height=${HEIGHT} aria-hidden="true">
      ${boxes(lane, seen, scale).map(([begin, end]) => html`<${Box} key=${begin} begin=${begin} end=${end} scale=${scale} />`)}
      ${seen.map((span) => html`<${Fill} key=${span.begin} span=${span} scale=${scale} />`)}
    </svg>
  `
}

/** Begin and end of all windows that are seen: those of epoch and calendar exist though nobody calls. */
function boxes(lane: Lane, seen: readonly Span[], scale: Scale): readonly (readonly [number, number])[] {
  if (lane.window.anchor === 'first-hit') return seen.map(({ begin, end }) => [begin, end])
  const found: [number, number][] = []
  let begin = boundaryBefore(lane, scale.from)
  while (begin < scale.to && found.length < MOST_BOXES) {
    const end = boundaryAfter(lane, begin)
    found.push([begin, end])
    begin = end
  }
  return found
}

function Box({ begin, end, scale }: { begin: number; end: number; scale: Scale }): View {
  const [left, right] = [scale.x(begin) + GAP / 2, scale.x(end) - GAP / 2]
  const isOpen = begin <= scale.now && scale.now < end
  const state = isOpen ? 'open' : begin > scale.now ? 'to-come' : 'past'
  return html`<rect class=${`window ${state}`} x=${left} y="1" width=${Math.max(1, right - left)} height=${HEIGHT - 2} rx="4" />`
}

function Fill({ span, scale }: { span: Span; scale: Scale }): View {
  const until = Math.min(span.end, scale.now)
  const y = (used: number): number =>
    HEIGHT - 1 - (HEIGHT - 2) * (span.limit === 0 ? 1 : Math.min(1, used / span.limit))
  const [first] = span.levels
  if (first === undefined) return null
  const left = (at: number): number => Math.max(scale.x(at), scale.x(span.begin) + GAP / 2)
  const right = Math.max(left(first.at), scale.x(until) - (until === span.end ? GAP / 2 : 0))
  const steps = span.levels.map(({ at, used }) => `H${round(left(at))}V${round(y(used))}`)
  const isFull = (span.levels.at(-1)?.used ?? 0) >= span.limit
  const fullFrom = span.levels.find(({ used }) => used >= span.limit)?.at ?? until
  return html`
    <path class="fill" d=${`M${round(left(first.at))} ${HEIGHT - 1}${steps.join('')}H${round(right)}V${HEIGHT - 1}Z`} />
    ${isFull && html`<line class="full" x1=${left(fullFrom)} x2=${right} y1="2" y2="2" />`}
  `
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
