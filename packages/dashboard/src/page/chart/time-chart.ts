import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { type Column, type History, secondsUntil } from '../model/history.ts'
import { formatTime } from '../text/format.ts'
import { html, type View } from '../view/html.ts'
import { type Theme, useTheme } from './theme.ts'

const FONT = '11px system-ui, sans-serif'
/** Pointing at one chart points at the same moment in all. */
const SYNC = 'time'

type Size = Pick<uPlot.Options, 'width' | 'height'>

/** How one column of a history is drawn. */
export interface Line {
  readonly name: string
  /** Its name when it is pointed at. */
  readonly text: string
  readonly colour: keyof Theme
  readonly kind: 'filled' | 'plain' | 'dashed'
}

interface TimeChartProps {
  readonly history: History<string>
  /** The same each time. */
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
  /** The chart in words, for those who do not see it. */
  readonly label: string
}

/** Values over the last minutes. */
export function TimeChart({ history, lines, format, label }: TimeChartProps): View {
  const place = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLParagraphElement>(null)
  const chart = useRef<uPlot>(null)
  const newest = useRef(history)
  const theme = useTheme()
  newest.current = history

  useEffect(() => {
    const target = place.current
    if (target === null) return
    const point = ({ cursor: { idx } }: uPlot): void => {
      if (readout.current !== null) readout.current.textContent = readoutOf(newest.current, lines, format, idx)
    }
    const options = { ...optionsOf(theme, lines, format), ...sizeOf(target), hooks: { setCursor: [point] } }
    const plot = new uPlot(options, dataOf(newest.current, lines), target)
    chart.current = plot
    const resized = new ResizeObserver(() => plot.setSize(sizeOf(target)))
    resized.observe(target)
    return () => {
      resized.disconnect()
      plot.destroy()
      chart.current = null
    }
  }, [theme, lines])

  useEffect(() => chart.current?.setData(dataOf(history, lines)), [history])

  return html`<div class="chart">
    <div ref=${place} class="canvas" role="img" aria-label=${label}></div>
    <p ref=${readout} class="readout" aria-hidden="true"></p>
  </div>`
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): Size {
  return { width: clientWidth, height: clientHeight }
}

function dataOf({ until, columns }: History<string>, lines: readonly Line[]): uPlot.AlignedData {
  return [[...secondsUntil(until)], ...lines.map(({ name }) => withoutZeros(columns[name] ?? []))]
}

/** No line along the bottom where nothing happens: only the zeros beside other values stay. */
function withoutZeros(values: Column): (number | null)[] {
  return values.map((value, i) => (value || values[i - 1] || values[i + 1] ? value : null))
}

function optionsOf(
  theme: Theme,
  lines: readonly Line[],
  format: TimeChartProps['format'],
): Omit<uPlot.Options, keyof Size> {
  const axis = { stroke: theme.soft, font: FONT, ticks: { show: false }, border: { show: false } }
  return {
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, sync: { key: SYNC }, points: { size: 6 } },
    scales: {
      x: { range: (_, min, max) => [min, max] },
      y: { range: (_, __, max) => [0, Math.max(1, max * 1.08 || 0)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 22, gap: 4, space: 56, values: (_, times) => times.map(formatMinute) },
      {
        ...axis,
        grid: { stroke: theme.line, width: 1 },
        size: 46,
        gap: 6,
        space: 36,
        values: (_, values) => values.map(format),
      },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, theme))],
  }
}

function seriesOf({ colour, kind }: Line, theme: Theme): uPlot.Series {
  return {
    stroke: theme[colour],
    width: 1.5,
    points: { show: false },
    ...(kind === 'filled' && { fill: `${theme[colour]}1f` }),
    ...(kind === 'dashed' && { dash: [4, 3] }),
  }
}

/** The values of the second that is pointed at. */
function readoutOf(
  { until, columns }: History<string>,
  lines: readonly Line[],
  format: TimeChartProps['format'],
  index: number | null | undefined,
): string {
  const time = typeof index === 'number' ? secondsUntil(until)[index] : undefined
  if (typeof index !== 'number' || time === undefined) return ''
  const each = lines.flatMap(({ name, text }) => {
    const value = columns[name]?.[index]
    return typeof value === 'number' ? [`${format(value)} ${text}`] : []
  })
  return `${formatTime(time * 1000)}: ${each.length === 0 ? 'not known' : each.join(', ')}`
}

function formatMinute(seconds: number): string {
  return formatTime(seconds * 1000).slice(-8, -3)
}
