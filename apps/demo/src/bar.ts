import { type Paint, painter } from './page.ts'
import { sum, type WindowTally } from './tally.ts'

/** Colours tell the instances apart; without them letters do, capitals for admitted units and small ones for denied. */
const COLOURS = ['cyan', 'magenta', 'yellow', 'green'] as const
const LETTERS = 'ABCDEFGH'

/** The measures of a bar, the same for all bars of a chart. */
export interface Measures {
  /** Cells of the whole bar. */
  readonly cells: number
  /** Cells before the mark that stands for the limit. */
  readonly toMark: number
  /** Cells per unit. */
  readonly scale: number
}

/** Admitted units up to the mark, what was admitted beyond the limit, and denied units. */
export function drawBar(window: WindowTally, limit: number, measures: Measures, colour: boolean): string {
  const { cells, toMark, scale } = measures
  const paint = painter(colour)
  const beyond = cells - toMark - 1
  const over = sum(window.admitted) - limit
  // An excess must be seen, however small the scale.
  const overCells = over > 0 ? Math.min(beyond, Math.max(1, Math.round(over * scale))) : 0
  const admitted = { counts: window.admitted, cells: toMark, scale, cellOf: colour ? () => '█' : letterOf }
  const denied = {
    counts: window.denied,
    cells: beyond - overCells,
    scale,
    cellOf: colour ? () => '░' : (instance: number) => letterOf(instance).toLowerCase(),
  }
  const left = drawStack(admitted, paint)
  const right = drawStack(denied, paint)
  return (
    left.text +
    paint('dim', (colour ? '·' : '.').repeat(left.free)) +
    paint('bold', markOf(colour)) +
    paint(['red', 'bold'], '!'.repeat(overCells)) +
    right.text +
    ' '.repeat(right.free)
  )
}

/** Stands where the limit is. */
export function markOf(colour: boolean): string {
  return colour ? '┃' : '|'
}

export function colourOf(instance: number): (typeof COLOURS)[number] {
  return COLOURS[instance % COLOURS.length] ?? COLOURS[0]
}

function letterOf(instance: number): string {
  return LETTERS[instance % LETTERS.length] ?? '?'
}

interface Stack {
  readonly counts: readonly number[]
  /** Most cells it may take. */
  readonly cells: number
  readonly scale: number
  readonly cellOf: (instance: number) => string
}

/** A stretch of cells for each instance. Edges are rounded, not lengths, so that errors don't add up. */
function drawStack({ counts, cells, scale, cellOf }: Stack, paint: Paint): { text: string; free: number } {
  let units = 0
  let from = 0
  let text = ''
  for (const [instance, count] of counts.entries()) {
    units += count
    const to = Math.min(cells, Math.round(units * scale))
    if (to > from) text += paint(colourOf(instance), cellOf(instance).repeat(to - from))
    from = to
  }
  return { text, free: cells - from }
}
