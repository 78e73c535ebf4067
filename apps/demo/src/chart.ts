import { colourOf, drawBar, type Measures, markOf } from './bar.ts'
import { clockTime } from './clock-time.ts'
import { painter } from './page.ts'
import { sum, type WindowTally } from './tally.ts'

/** The data of a chart. */
export interface ChartData {
  readonly windows: readonly WindowTally[]
  readonly limit: number
  readonly windowMs: number
  /** Units that are about to be asked for in a window: the scale, which must not change while drawing. */
  readonly expected: number
  /** The instances' names, in order. */
  readonly instances: readonly string[]
}

/** How it is drawn. */
export interface Look {
  /** Columns that a line may fill. */
  readonly width: number
  readonly colour: boolean
}

const INDENT = '   '
const LABEL_CELLS = 'hh:mm:ss  '.length
const MIN_BAR_CELLS = 14

/** Everything as it stands. */
export function drawChart(data: ChartData, look: Look): readonly string[] {
  return [
    drawHeader(data, look),
    ...data.windows.map((window) => drawWindow(window, data, look)),
    '',
    ...drawTotals(data, look),
  ]
}

export function drawHeader(data: ChartData, look: Look): string {
  const { toMark } = layout(data, look).measures
  const admitted = look.colour ? 'admitted' : 'ADMITTED'
  const left = 'window'.padEnd(LABEL_CELLS) + (toMark >= admitted.length ? admitted : '').padEnd(toMark)
  return INDENT + painter(look.colour)('dim', `${left}${markOf(look.colour)}denied`)
}

/** A line: when the window began, its bar, its figures. */
export function drawWindow(window: WindowTally, data: ChartData, look: Look): string {
  const { limit, windowMs } = data
  const { measures, short } = layout(data, look)
  const admitted = sum(window.admitted)
  const denied = sum(window.denied)
  const share = `${String(admitted).padStart(String(limit).length)}/${limit}`
  const figures = short ? `${share} -${denied}` : `${share} admitted, ${denied} denied`
  const label = clockTime(window.resetAt - windowMs).padEnd(LABEL_CELLS)
  const bar = drawBar(window, limit, measures, look.colour)
  return `${INDENT}${label}${bar}  ${admitted > limit ? painter(look.colour)(['red', 'bold'], figures) : figures}`
}

/** A line for each instance: the legend, with what it got in all windows. */
export function drawTotals({ windows, instances }: ChartData, { colour }: Look): readonly string[] {
  const width = Math.max(...instances.map((name) => name.length))
  return instances.map((name, i) => {
    const swatch = colour ? `${painter(colour)(colourOf(i), '██')} ` : ''
    const admitted = sum(windows.map((window) => window.admitted[i] ?? 0))
    const denied = sum(windows.map((window) => window.denied[i] ?? 0))
    return `${INDENT}${swatch}${name.padEnd(width)}  ${String(admitted).padStart(3)} admitted, ${denied} denied`
  })
}

interface Layout {
  readonly measures: Measures
  /** Whether the figures are abbreviated. */
  readonly short: boolean
}

function layout({ limit, expected }: ChartData, { width }: Look): Layout {
  // Some calls slip from one window into the next.
  const units = expected * 1.08
  const room = width - INDENT.length - LABEL_CELLS - '  '.length
  const long = `${limit}/${limit} admitted, 999 denied`.length
  const short = room - long < MIN_BAR_CELLS
  const cells = Math.max(MIN_BAR_CELLS, room - (short ? `${limit}/${limit} -999`.length : long))
  const scale = Math.min(1, (cells - 1) / units)
  return { measures: { cells: Math.round(units * scale) + 1, toMark: Math.round(limit * scale), scale }, short }
}
