/** Names in rows, highest first, and their imports. */
export interface Diagram {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>
}

interface Box {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly width: number
}

const WIDTH = 860
const BOX_HEIGHT = 30
const ROW_HEIGHT = 66
const TITLE_HEIGHT = 44
const GAP = 10

/** The diagrams one below the other, as SVG. */
export function draw(diagrams: readonly Diagram[]): string {
  let top = 0
  const parts = diagrams.map((diagram) => {
    const part = drawOne(diagram, top)
    top += heightOf(diagram)
    return part
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img">
<title>${diagrams.map(({ title }) => title).join('. ')}</title>
<g font-family="system-ui, sans-serif" font-size="13" fill="#1f2328">
<rect width="${WIDTH}" height="${top}" fill="white"/>
${parts.join('\n')}
</g>
</svg>
`
}

function heightOf({ rows }: Diagram): number {
  return TITLE_HEIGHT + rows.length * ROW_HEIGHT
}

function drawOne({ title, rows, imports }: Diagram, top: number): string {
  const boxes = new Map(rows.flatMap((row, i) => boxesOf(row, top + TITLE_HEIGHT + i * ROW_HEIGHT)))
  const below = new Map(
    [...boxes.values()].map(({ name, y }) => {
      const named = [...(imports.get(name) ?? [])].flatMap((each) => boxes.get(each) ?? [])
      return [name, named.filter((box) => box.y > y)]
    }),
  )
  const lines = [...boxes.values()].flatMap((from) => shown(from.name, below).map((to) => line(from, to)))
  const heading = `<text x="20" y="${top + 28}" font-size="15" font-weight="600">${title}</text>`
  return [heading, ...lines, ...[...boxes.values()].map(rectangle)].join('\n')
}

type Below = ReadonlyMap<string, readonly Box[]>

/** Its direct imports, without those that it reaches through another of them: all lines together can't be read. */
function shown(name: string, below: Below): readonly Box[] {
  const own = below.get(name) ?? []
  return own.filter((each) => !own.some((other) => reaches(other.name, each, below)))
}

function reaches(from: string, to: Box, below: Below): boolean {
  return (below.get(from) ?? []).some((next) => next === to || reaches(next.name, to, below))
}

function boxesOf(row: readonly string[], y: number): [string, Box][] {
  const widths = row.map((name) => 7 * name.length + 18)
  const total = widths.reduce((sum, width) => sum + width + GAP, -GAP)
  let x = (WIDTH - total) / 2
  return row.map((name, i) => {
    const width = widths[i] ?? 0
    const box = { name, x, y, width }
    x += width + GAP
    return [name, box]
  })
}

function line(from: Box, to: Box): string {
  const [x1, y1, x2, y2] = [middle(from), from.y + BOX_HEIGHT, middle(to), to.y]
  const bend = Math.min(40, (y2 - y1) / 2)
  return `<path d="M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}" fill="none" stroke="#8c959f" stroke-opacity="0.55"/>`
}

function rectangle({ name, x, y, width }: Box): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="5" fill="#ddf4ff" stroke="#0969da"/>
<text x="${x + width / 2}" y="${y + 20}" text-anchor="middle">${name}</text>`
}

function middle({ x, width }: Box): number {
  return x + width / 2
}
