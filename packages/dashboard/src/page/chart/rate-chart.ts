import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { KINDS, type Rates, secondsUntil } from '../model/rates.ts'
import { formatRate, formatTime } from '../text/format.ts'
import { html, type View } from '../view/html.ts'
import { type Theme, useTheme } from './theme.ts'

const FONT = '11px system-ui, sans-serif'
/** Pointing at one chart points at the same moment in all. */
const SYNC = 'time'

type Size = Pick<uPlot.Options, 'width' | 'height'>

interface RateChartProps {
  readonly rates: Rates
  /** What the chart shows, for those who do not see it. */
  readonly label: string
}

/** Calls per second over the last minutes. */
export function RateChart({ rates, label }: RateChartProps): View {
  const place = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLParagraphElement>(null)
  const chart = useRef<uPlot>(null)
  const newest = useRef(rates)
  const theme = useTheme()
  newest.current = rates

  useEffect(() => {
    const target = place.current
    if (target === null) return
    const point = (index: number | null | undefined): void => {
      if (readout.current !== null) readout.current.textContent = readoutOf(newest.current, index)
    }
    const plot = new uPlot(optionsOf(theme, sizeOf(target), point), columnsOf(newest.current), target)
    chart.current = plot
    const resized = new ResizeObserver(() => plot.setSize(sizeOf(target)))
    resized.observe(target)
    return () => {
      resized.disconnect()
      plot.destroy()
      chart.current = null
    }
  }, [theme])

  useEffect(() => chart.current?.setData(columnsOf(rates)), [rates])

  return html`<div class="chart">
    <div ref=${place} class="canvas" role="img" aria-label=${label}></div>
    <p ref=${readout} class="readout" aria-hidden="true"></p>
  </div>`
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): Size {
  return { width: clientWidth, height: clientHeight }
}

function columnsOf({ until, admitted, denied, failed }: Rates): uPlot.AlignedData {
  return [[...secondsUntil(until)], ...[admitted, denied, failed].map(withoutZeros)]
}

/** No line along the bottom where nothing happens: only the zeros beside other counts stay. */
function withoutZeros(counts: readonly (number | null)[]): (number | null)[] {
  return counts.map((count, i) => (count || counts[i - 1] || counts[i + 1] ? count : null))
}

function optionsOf(theme: Theme, size: Size, point: (index: number | null | undefined) => void): uPlot.Options {
  const axis = { stroke: theme.soft, font: FONT, ticks: { show: false }, border: { show: false } }
  return {
    ...size,
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
        size: 42,
        gap: 6,
        space: 36,
        values: (_, rates) => rates.map(formatRate),
      },
    ],
    series: [
      {},
      { label: 'admitted', stroke: theme.admitted, fill: `${theme.admitted}1f`, width: 1.5, points: { show: false } },
      { label: 'denied', stroke: theme.denied, fill: `${theme.denied}1f`, width: 1.5, points: { show: false } },
      { label: 'failed', stroke: theme.failed, width: 1.5, dash: [4, 3], points: { show: false } },
    ],
    hooks: { setCursor: [({ cursor }) => point(cursor.idx)] },
  }
}

/** What was in the second that is pointed at. */
function readoutOf({ until, ...columns }: Rates, index: number | null | undefined): string {
  const time = typeof index === 'number' ? secondsUntil(until)[index] : undefined
  if (typeof index !== 'number' || time === undefined) return ''
  const each = KINDS.flatMap((kind) => {
    const count = columns[kind][index]
    return typeof count === 'number' ? [`${formatRate(count)} ${kind}`] : []
  })
  return `${formatTime(time * 1000)}: ${each.length === 0 ? 'not known' : each.join(', ')}`
}

function formatMinute(seconds: number): string {
  return formatTime(seconds * 1000).slice(-8, -3)
}
