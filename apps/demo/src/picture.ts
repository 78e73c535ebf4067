import type { ChartData } from './chart.ts'
import { clockTime } from './clock-time.ts'
import { letter } from './fleet.ts'
import { sum, type WindowTally } from './tally.ts'
import type { Verdict } from './verdict.ts'

/** The data of part two's picture. */
export interface Picture {
  readonly title: string
  readonly subtitle: string
  readonly chart: ChartData
  readonly verdict: Verdict
}

const WIDTH = 780
/** Where bars begin, and the most that one is wide. */
const LEFT = 84
const BAR_WIDTH = 500
const ROW_HEIGHT = 30
const FIRST_ROW = 100
const BAR_HEIGHT = 22
/** A segment that is narrower has no letter. */
const LETTER_WIDTH = 13
const COLOURS = ['#0b5fff', '#0a8a8a', '#6f42c1', '#b35900'] as const

/** The windows as bars, in SVG: what each instance got up to the line of the limit, and pale what was denied. */
export function drawPicture({ title, subtitle, chart, verdict }: Picture): string {
  const { windows, limit, instances } = chart
  const most = Math.max(limit, ...windows.map(({ admitted, denied }) => Math.max(limit, sum(admitted)) + sum(denied)))
  const scale = BAR_WIDTH / most
  const limitAt = LEFT + limit * scale
  const rowsEnd = FIRST_ROW + windows.length * ROW_HEIGHT
  const verdictAt = rowsEnd + 26 + instances.length * 22 + 14
  const height = verdictAt + 22
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(`${title}. ${verdict.line}`)}</title>`,
    `<g font-family="system-ui, sans-serif" font-size="13" fill="#1f2328">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    text(20, 32, title, 'font-size="17" font-weight="600"'),
    text(20, 54, subtitle, 'fill="#57606a"'),
    text(20, FIRST_ROW - 10, 'window', 'fill="#57606a"'),
    text(limitAt - 6, FIRST_ROW - 10, 'admitted', 'fill="#57606a" text-anchor="end"'),
    text(limitAt + 6, FIRST_ROW - 10, 'denied', 'fill="#57606a"'),
    ...windows.flatMap((window, i) => drawRow(window, chart, scale, FIRST_ROW + i * ROW_HEIGHT)),
    `<path d="M${round(limitAt)} ${FIRST_ROW - 24}V${rowsEnd}" stroke="#1f2328" stroke-width="2"/>`,
    ...instances.flatMap((name, i) => drawTotal(name, i, windows, rowsEnd + 26 + i * 22)),
    text(20, verdictAt, verdict.line, `font-weight="600" fill="${verdict.ok ? '#1a7f37' : '#cf222e'}"`),
    '</g>',
    '</svg>',
  ]
  return `${lines.join('\n')}\n`
}

function drawRow(window: WindowTally, { limit, windowMs }: ChartData, scale: number, y: number): readonly string[] {
  const { admitted, denied, resetAt } = window
  const units = sum(admitted)
  const deniedFrom = LEFT + Math.max(limit, units) * scale
  const over = units > limit ? 'font-weight="600" fill="#cf222e"' : ''
  return [
    text(20, y + 15, clockTime(resetAt - windowMs)),
    `<rect x="${LEFT}" y="${y}" width="${round(limit * scale)}" height="${BAR_HEIGHT}" fill="#eaeef2"/>`,
    ...drawSegments(admitted, LEFT, y, scale, true),
    ...drawSegments(denied, deniedFrom, y, scale, false),
    text(LEFT + BAR_WIDTH + 14, y + 15, `${units}/${limit} admitted, ${sum(denied)} denied`, over),
  ]
}

/** A stretch for each instance, with its letter where there is room. */
function drawSegments(
  counts: readonly number[],
  from: number,
  y: number,
  scale: number,
  full: boolean,
): readonly string[] {
  let x = from
  return counts.flatMap((count, instance) => {
    const width = count * scale
    const start = x
    x += width
    if (count === 0) return []
    const colour = colourOf(instance)
    const opacity = full ? '' : ' fill-opacity="0.22"'
    const rect = `<rect x="${round(start)}" y="${y}" width="${round(width)}" height="${BAR_HEIGHT}" fill="${colour}"${opacity}/>`
    if (width < LETTER_WIDTH) return [rect]
    const fill = full ? 'white' : colour
    return [
      rect,
      text(start + width / 2, y + 15, letter(instance), `text-anchor="middle" font-size="11" fill="${fill}"`),
    ]
  })
}

function drawTotal(name: string, instance: number, windows: readonly WindowTally[], y: number): readonly string[] {
  const admitted = sum(windows.map((window) => window.admitted[instance] ?? 0))
  const denied = sum(windows.map((window) => window.denied[instance] ?? 0))
  return [
    `<rect x="20" y="${y - 11}" width="14" height="14" fill="${colourOf(instance)}"/>`,
    text(42, y + 1, `${name}: ${admitted} admitted, ${denied} denied`),
  ]
}

function colourOf(instance: number): string {
  return COLOURS[instance % COLOURS.length] ?? COLOURS[0]
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}"${attributes && ` ${attributes}`}>${escaped(content)}</text>`
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
